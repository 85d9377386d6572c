import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type AzCommand, az } from '../../../../infra/commands/deploy/az.ts';

/**
 * The command lines, given to a real Azure CLI that nobody is signed in to: its parser takes or refuses them before it looks for a sign-in, and
 * nothing leaves this machine. Where there is no Azure CLI the tests say so and pass over it.
 */
const place = { subscription: '5b1f6471-1bf0-4dda-aec3-cb9272f09590', resourceGroup: 'rg-bookme-scim-test' };
const commands: Readonly<Record<keyof typeof az, AzCommand>> = {
  version: az.version(),
  account: az.account(place.subscription),
  group: az.group(place),
  createGroup: az.createGroup(place, 'westeurope', 'test'),
  whatIf: az.whatIf(place, 'scim-test-1', 'test'),
  deploy: az.deploy(place, 'scim-test-1', 'test'),
  upload: az.upload(place, 'func-bookme-test', 'package.json'), // --src has to exist
};

/** Exit code of a command line that the parser refuses (https://learn.microsoft.com/cli/azure/use-azure-cli-successfully-troubleshooting). */
const REFUSED = 2;
const SIGN_IN = "Please run 'az login'";

/** Before 2.53 a .bicepparam file could not be deployed without --template-file beside it: https://learn.microsoft.com/azure/azure-resource-manager/bicep/parameter-files#deploy-bicep-file-with-parameters-file */
const tooNew: readonly (keyof typeof az)[] = ['whatIf', 'deploy'];
const TOO_NEW = 'incorrect usage: Chose only one of --template-file';

const configuration = mkdtempSync(join(tmpdir(), 'bookme-az-'));
afterAll(() => rmSync(configuration, { recursive: true }));

function runAz(parameters: readonly string[]) {
  const env = { ...process.env, AZURE_CONFIG_DIR: configuration, AZURE_CORE_COLLECT_TELEMETRY: 'no' };
  return spawnSync('az', parameters, { encoding: 'utf8', env, shell: process.platform === 'win32' });
}

const cli = runAz(['version', '--output', 'json']);
const isInstalled = cli.status === 0;
const isOld = isInstalled && JSON.parse(cli.stdout)['azure-cli'].localeCompare('2.53', 'en', { numeric: true }) < 0;

(isInstalled ? describe : describe.skip)(
  'the Azure CLI of this machine (none is installed where these are skipped)',
  () => {
    test.each(Object.entries(commands))('takes the command line of %s', (name, { parameters }) => {
      const { status, stderr } = runAz(parameters);
      if (name === 'version') return expect(status).toBe(0);
      expect({ status, stderr }).not.toMatchObject({ status: REFUSED });
      expect(stderr).toContain(isOld && tooNew.some((one) => one === name) ? TOO_NEW : SIGN_IN);
    });

    test('refuses an option that it does not have, and one that is missing', () => {
      expect(runAz([...commands.deploy.parameters, '--bad']).status).toBe(REFUSED);
      expect(
        runAz(['functionapp', 'deployment', 'source', 'config-zip', '--name', 'a', '--resource-group', 'b']).status,
      ).toBe(REFUSED);
    });
  },
);
