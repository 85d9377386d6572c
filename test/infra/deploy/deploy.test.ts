import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as answers from './answers.ts';
import { runDeploy, sunshine, worldWith } from './run-deploy.ts';

const testEnvironment = ['--environment', 'test'];
const TOKEN = `contoso.${'T'.repeat(43)}`;
const PLACE = ['az account show', 'az group show'];
const HEALTH = `GET ${answers.DEFAULT_HOST}/health`;
const INFRASTRUCTURE = [...PLACE, 'pack', 'az deployment group create', HEALTH];
const DEPLOYMENT = [...INFRASTRUCTURE, 'az functionapp deployment source', HEALTH];

describe('a deployment', () => {
  test('packs, deploys, uploads, waits for health, tests the connection, and prints the Tenant URLs', async () => {
    const { code, errors, steps, output } = await runDeploy(sunshine, ...testEnvironment, '--token', TOKEN);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(steps).toEqual([
      ...DEPLOYMENT,
      `GET ${answers.PUBLIC_HOST}/health`,
      `GET ${answers.PUBLIC_HOST}/advisors/scim/Users`,
    ]);
    expect(output).toContain('The connection test succeeded.');
    expect(output).toContain(`advisors  https://${answers.PUBLIC_HOST}/advisors/scim\n`);
    expect(output).toContain(`rooms     https://${answers.PUBLIC_HOST}/rooms/scim\n`);
    expect(output).toContain('  export SCIM_TABLES=https://stdbookmeabc123.table.core.windows.net\n');
  });

  test('prints every command line before it runs it, and never the token', async () => {
    const { output, commands } = await runDeploy(sunshine, ...testEnvironment, '--token', TOKEN);
    const printed = [...output.matchAll(/^\$ az (.*)$/gm)].map(([, line]) => line);
    expect(printed).toEqual(commands);
    expect(output).not.toContain(TOKEN);
  });

  test('names the subscription, the resource group and the parameter file in every command that changes something', async () => {
    const { commands } = await runDeploy(sunshine, '--environment', 'test', '--resource-group', 'rg-other');
    const place = `--subscription ${answers.SUBSCRIPTION} --resource-group rg-other`;
    expect(commands.filter((line) => line.includes('create'))).toEqual([
      `deployment group create ${place} --name scim-test-20261124T080000 --parameters infra/test.bicepparam --only-show-errors --output json`,
    ]);
    expect(commands.at(-1)).toContain(`config-zip ${place} --name ${answers.APP} --src package.zip`);
  });

  test('sends the token only to the service that it is for', async () => {
    const sent: (string | null)[][] = [];
    const world = worldWith({}, (url, init) => {
      sent.push([url.pathname, new Headers(init?.headers).get('authorization')]);
      return sunshine.fetch(url, init);
    });
    const { code } = await runDeploy(world, ...testEnvironment, '--token', TOKEN, '--service', 'rooms');
    expect(code).toBe(0);
    expect(sent.filter(([, token]) => token !== null)).toEqual([['/rooms/scim/Users', `Bearer ${TOKEN}`]]);
  });

  test('skips the connection test without a token, and says so', async () => {
    const { code, output, steps } = await runDeploy(sunshine, ...testEnvironment);
    expect(code).toBe(0);
    expect(steps.at(-1)).toBe(`GET ${answers.PUBLIC_HOST}/health`);
    expect(output).toContain('the connection test is skipped');
  });

  test('creates the resource group with its tags if a location is given', async () => {
    const world = worldWith({ 'group show': answers.noSuchGroup });
    const { code, commands } = await runDeploy(world, ...testEnvironment, '--location', 'westeurope');
    expect(code).toBe(0);
    expect(commands).toContainEqual(
      `group create --subscription ${answers.SUBSCRIPTION} --name rg-bookme-scim-test --location westeurope --tags product=bookme-scim environment=test --only-show-errors --output json`,
    );
  });

  test('tries the upload again until the role of the app takes effect, and says what it waits for', async () => {
    const { uploadTooEarly, uploaded } = answers;
    const world = worldWith({ 'functionapp deployment source': [uploadTooEarly, uploadTooEarly, uploaded] });
    const { code, seconds, output } = await runDeploy(world, ...testEnvironment);
    expect({ code, seconds }).toEqual({ code: 0, seconds: 60 });
    expect(output).toContain('which can take up to ten minutes: trying again in 30 seconds, for at most 15 minutes.');
  });

  test('checks the health itself if az finds the app unhealthy', async () => {
    const world = worldWith({ 'functionapp deployment source': answers.uploadedUnhealthy });
    expect(await runDeploy(world, ...testEnvironment)).toMatchObject({ code: 0, errors: '' });
  });

  test('waits until the app is healthy', async () => {
    let asked = 0;
    const world = worldWith({}, (url, init) => {
      asked += 1;
      return asked < 20 ? answers.degraded() : sunshine.fetch(url, init);
    });
    const { code, seconds, output } = await runDeploy(world, ...testEnvironment);
    expect({ code, seconds }).toEqual({ code: 0, seconds: 90 });
    expect(output).toContain('not yet, after 60 seconds: 503 {"status":"degraded","degraded":["tokens"]}');
  });

  test('does not accept a healthy app that still runs the previous build', async () => {
    let asked = 0;
    const world = worldWith({}, (url, init) => {
      asked += 1;
      return asked < 8 ? answers.healthy('1fcf639') : sunshine.fetch(url, init);
    });
    expect(await runDeploy(world, ...testEnvironment)).toMatchObject({ code: 0, seconds: 30 });
  });

  test('shows the DNS records until the public host name points to the app, and tests the app under its own host name', async () => {
    const world = worldWith({}, (url, init) =>
      url.host === answers.PUBLIC_HOST ? answers.unknownHost(url.host) : sunshine.fetch(url, init),
    );
    const { code, steps, output } = await runDeploy(world, ...testEnvironment, '--token', TOKEN);
    expect(code).toBe(0);
    expect(steps.at(-1)).toBe(`GET ${answers.DEFAULT_HOST}/advisors/scim/Users`);
    expect(output).toContain(`CNAME  ${answers.PUBLIC_HOST}        ${answers.DEFAULT_HOST}\n`);
    expect(output).toContain(`TXT    asuid.${answers.PUBLIC_HOST}  0123456789ABCDEF\n`);
  });
});

describe('a deployment that the access restriction blocks', () => {
  const entra = { name: 'AzureActiveDirectory', priority: 100 };
  const mine = {
    name: 'Deployment',
    priority: 50,
    action: 'Allow',
    tag: 'Default',
    ipAddress: `${answers.ADDRESS}/32`,
  };
  const restricted = { 'deployment group create': answers.deployment({ accessRules: [entra] }) };
  /** Refuses the first requests. */
  const closedFor = (times: number, then = sunshine.fetch) => {
    let asked = 0;
    return (url: URL, init: RequestInit | undefined) => {
      asked += 1;
      return asked <= times ? answers.forbidden() : then(url, init);
    };
  };

  test('allows this machine during the upload and the checks, and removes the rule again', async () => {
    const { code, steps, rules, output } = await runDeploy(worldWith(restricted, closedFor(2)), ...testEnvironment);
    expect(code).toBe(0);
    expect(rules).toEqual([
      { ipSecurityRestrictions: [mine, entra], scmIpSecurityRestrictions: [mine] },
      { ipSecurityRestrictions: [entra], scmIpSecurityRestrictions: [] },
    ]);
    expect(steps.indexOf('az rest')).toBeLessThan(steps.indexOf('az functionapp deployment source'));
    expect(steps.at(-1)).toBe('az rest');
    expect(output).toContain(`blocks ${answers.ADDRESS}, the address of this machine`);
  });

  test('tries the upload again until the rule takes effect', async () => {
    const refused = { code: 1, stdout: '', stderr: 'ERROR: Status Code: 403, Details: Ip Forbidden' };
    const world = worldWith(
      { ...restricted, 'functionapp deployment source': [refused, answers.uploaded] },
      closedFor(1),
    );
    expect(await runDeploy(world, ...testEnvironment)).toMatchObject({ code: 0, seconds: 30 });
  });

  test('removes the rule again even if the app is not healthy', async () => {
    const world = worldWith(restricted, closedFor(1, answers.degraded));
    const { code, errors, rules } = await runDeploy(world, ...testEnvironment);
    expect(code).toBe(1);
    expect(errors).toContain('After 15 minutes, the app is not healthy');
    expect(rules.at(-1)).toEqual({ ipSecurityRestrictions: [entra], scmIpSecurityRestrictions: [] });
  });

  test('fails if it stays blocked', async () => {
    const world = worldWith(restricted, answers.forbidden);
    const { code, errors } = await runDeploy(world, ...testEnvironment);
    expect([code, errors]).toEqual([1, expect.stringContaining('Its last response was 403')]);
  });

  test('says so if the rule could not be removed', async () => {
    const world = worldWith({ ...restricted, rest: [answers.done, answers.failed] }, closedFor(1));
    const { code, errors } = await runDeploy(world, ...testEnvironment);
    expect([code, errors]).toEqual([1, expect.stringMatching(/^The rule "Deployment" could not be removed/)]);
  });
});

describe('a release', () => {
  test('is deployed unchanged: nothing is built, and its own templates are used', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bookme-release-'));
    try {
      writeFileSync(join(folder, 'commit'), `${answers.COMMIT}\n`);
      const { code, steps, commands } = await runDeploy(sunshine, ...testEnvironment, '--release', folder);
      expect(code).toBe(0);
      expect(steps).not.toContain('pack');
      const template = `--template-file ${folder}/main.json --parameters ${folder}/test.parameters.json`;
      expect(commands).toContainEqual(expect.stringContaining(`--name scim-test-20261124T080000 ${template}`));
      expect(commands.at(-1)).toContain(`--src ${folder}/package.zip`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('what-if', () => {
  const whatIf = [...testEnvironment, '--what-if'];

  test('lets az show what would change, and changes nothing', async () => {
    const { code, steps, commands } = await runDeploy(sunshine, ...whatIf);
    expect(code).toBe(0);
    expect(steps).toEqual([...PLACE, 'az deployment group what-if']);
    expect(commands.at(-1)).not.toMatch(/--no-pretty-print|--output/);
  });

  test('creates no resource group', async () => {
    const world = worldWith({ 'group show': answers.noSuchGroup });
    const { code, steps } = await runDeploy(world, ...whatIf, '--location', 'westeurope');
    expect({ code, steps }).toEqual({ code: 1, steps: PLACE });
  });

  test('fails if az fails', async () => {
    const world = worldWith({ 'deployment group what-if': answers.doesNotCompile });
    expect((await runDeploy(world, ...whatIf)).errors).toBe('What-if failed. The message of az is above.\n');
  });
});

describe('a deployment that cannot start', () => {
  const noCli = { code: 127, stdout: '', stderr: '' };
  test.each([
    ['there is no Azure CLI', { 'account show': noCli }, /^The Azure CLI is not installed. To install it: https:/],
    ['nobody is signed in', { 'account show': answers.notSignedIn }, /^az account show failed\. Its message is above/],
    [
      'the resource group is not there',
      { 'group show': answers.noSuchGroup },
      /no resource group rg-bookme-scim-test .* --location/,
    ],
    [
      'the group holds the other environment',
      { 'group show': answers.group({ environment: 'production' }) },
      /contains the environment production, according to its tag/,
    ],
    ['the sign-in ends in between', { 'group show': answers.notSignedIn }, /^az group show failed/],
  ])('because %s changes nothing and says what to do', async (_reason, az, sentence) => {
    const { code, errors, steps } = await runDeploy(worldWith(az), ...testEnvironment);
    expect(code).toBe(1);
    expect(errors).toMatch(sentence);
    expect(steps.filter((step) => /create|functionapp|pack|GET/.test(step))).toEqual([]);
  });

  test.each([
    [[], /^--environment must be one of test, production\.\nUsage/],
    [['--environment', 'prod'], /^--environment must be one of/],
    [['--environment', 'test', '--force'], /^Unknown option '--force'/],
    [['--environment', 'test', '--service', 'users'], /^--service must be one of advisors, rooms/],
    [['test'], /^The command line contains a value without an option/],
  ])('because of a mistake on the command line: %j', async (argv, sentence) => {
    const { code, errors, steps } = await runDeploy(sunshine, ...argv);
    expect({ code, steps }).toEqual({ code: 1, steps: [] });
    expect(errors).toMatch(sentence);
  });
});

describe('a deployment that fails', () => {
  test('in Azure uploads nothing, and refers to the message of az', async () => {
    const world = worldWith({ 'deployment group create': answers.failed });
    const { code, errors, steps } = await runDeploy(world, ...testEnvironment);
    expect([code, errors]).toEqual([1, 'az deployment group failed. Its message is above.\n']);
    expect(steps.at(-1)).toBe('az deployment group create');
  });

  test('because the template lacks an output names the output', async () => {
    const world = worldWith({ 'deployment group create': answers.group(null) });
    expect((await runDeploy(world, ...testEnvironment)).errors).toMatch(/^The deployment has no output tenantUrls/);
  });

  test('at the upload for another reason does not try again', async () => {
    const world = worldWith({ 'functionapp deployment source': answers.uploadRefused });
    const { code, errors, seconds } = await runDeploy(world, ...testEnvironment);
    expect({ code, seconds }).toEqual({ code: 1, seconds: 0 });
    expect(errors).toMatch(/^The package could not be uploaded/);
  });

  test('at the upload gives up if the role has not taken effect after 15 minutes', async () => {
    const world = worldWith({ 'functionapp deployment source': answers.uploadTooEarly });
    expect(await runDeploy(world, ...testEnvironment)).toMatchObject({ code: 1, seconds: 900 });
  });

  test.each([
    ['is degraded', answers.degraded, '503 {"status":"degraded","degraded":["tokens"]}'],
    ['does not answer', (url: URL) => answers.unknownHost(url.host), 'none (ENOTFOUND)'],
    ['is another build', () => answers.healthy('1fcf639'), '200 {"status":"ok","commit":"1fcf639"}'],
  ])('because the app %s for 15 minutes', async (_what, fetch, last) => {
    const { code, errors, seconds } = await runDeploy(worldWith({}, fetch), ...testEnvironment);
    expect({ code, seconds }).toEqual({ code: 1, seconds: 900 });
    expect(errors).toContain(`Its last response was ${last}.`);
  });

  test.each([
    ['refuses the token', answers.tokenRefused, /does not accept the token: check that it belongs to this environment/],
    ['is out of order', answers.unavailable, /The connection test of .* failed\. It returned 503: Try again later\./],
    ['is not a SCIM service', () => answers.healthy(), /It returned 200, application\/json without a detail/],
    ['does not answer', () => new TypeError('fetch failed'), /but does not respond now/],
  ])('at the connection test because the service %s', async (_what, answer, sentence) => {
    const world = worldWith({}, (url) => (url.pathname === '/health' ? answers.healthy() : answer()));
    const { code, errors, output } = await runDeploy(world, ...testEnvironment, '--token', TOKEN);
    expect(code).toBe(1);
    expect(errors).toMatch(sentence);
    expect(`${errors}${output}`).not.toContain(TOKEN);
  });
});
