import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { az } from '../../../infra/deploy/az.ts';

/**
 * Passes the command lines to a real Azure CLI without a sign-in. Its parser accepts or refuses them before it looks for a sign-in, so
 * nothing leaves this machine. Without an Azure CLI, the tests are skipped, and say so.
 */
const place = { subscription: '5b1f6471-1bf0-4dda-aec3-cb9272f09590', resourceGroup: 'rg-bookme-scim-test' };
const template = ['--parameters', 'infra/test.bicepparam'];
const commands: Readonly<Record<keyof typeof az, readonly string[]>> = {
  account: az.account(place.subscription),
  group: az.group(place),
  createGroup: az.createGroup(place, 'westeurope', 'test'),
  whatIf: az.whatIf(place, template),
  deploy: az.deploy(place, 'scim-test-1', template),
  setRules: az.setRules(place, 'func-bookme-test', 'package.json'),
  upload: az.upload(place, 'func-bookme-test', 'package.json'), // --src has to exist
};

/** Exit code of a command line that the parser refuses (https://learn.microsoft.com/cli/azure/use-azure-cli-successfully-troubleshooting). */
const REFUSED = 2;
const SIGN_IN = "Please run 'az login'";

/** The options that older versions do not have, each with the version that introduced it. Such versions are too old to deploy with, but can check all other options. */
const exceptions = [
  {
    since: '2.53', // a .bicepparam file without --template-file: https://learn.microsoft.com/azure/azure-resource-manager/bicep/parameter-files
    commands: ['whatIf', 'deploy'],
    answer: 'incorrect usage: Chose only one of --template-file',
  },
] as const;
/** The option and its value: https://learn.microsoft.com/azure/azure-resource-manager/bicep/deploy-what-if */
const VALIDATION_LEVEL = { since: '2.76', option: '--validation-level' };

const configuration = mkdtempSync(join(tmpdir(), 'bookme-az-'));
afterAll(() => rmSync(configuration, { recursive: true }));

function runAz(parameters: readonly string[]) {
  const env = { ...process.env, AZURE_CONFIG_DIR: configuration, AZURE_CORE_COLLECT_TELEMETRY: 'no' };
  return spawnSync('az', parameters, { encoding: 'utf8', env, shell: process.platform === 'win32' });
}

const cli = runAz(['version', '--output', 'json']);
const isInstalled = cli.status === 0;
const installed: string = isInstalled ? JSON.parse(cli.stdout)['azure-cli'] : '';
const isBefore = (version: string): boolean => installed.localeCompare(version, 'en', { numeric: true }) < 0;

/** The command line without the option that this Azure CLI does not have yet. */
function known(parameters: readonly string[]): readonly string[] {
  const at = parameters.indexOf(VALIDATION_LEVEL.option);
  return at < 0 || !isBefore(VALIDATION_LEVEL.since) ? parameters : parameters.toSpliced(at, 2);
}

/** The message after the parser accepted the command line, because there is no sign-in. */
function expectedAnswer(name: string): string {
  const exception = exceptions.find(({ since, commands }) => isBefore(since) && commands.some((one) => one === name));
  return exception?.answer ?? SIGN_IN;
}

(isInstalled ? describe : describe.skip)(
  'the Azure CLI of this machine (none is installed where these are skipped)',
  () => {
    test.each(Object.entries(commands))('accepts the command line of %s', (name, parameters) => {
      const { status, stderr } = runAz(known(parameters));
      expect({ status, stderr }).not.toMatchObject({ status: REFUSED });
      expect(stderr).toContain(expectedAnswer(name));
    });

    test('refuses an option that it does not have, and one that is missing', () => {
      expect(runAz([...commands.deploy, '--bad']).status).toBe(REFUSED);
      expect(
        runAz(['functionapp', 'deployment', 'source', 'config-zip', '--name', 'a', '--resource-group', 'b']).status,
      ).toBe(REFUSED);
    });
  },
);
