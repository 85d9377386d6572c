import { describe, expect, test } from '@jest/globals';
import * as answers from './answers.ts';
import { runDeploy, sunshine, worldWith } from './run-deploy.ts';

const testEnvironment = ['--environment', 'test'];
const TOKEN = `contoso.${'T'.repeat(43)}`;
const PREREQUISITES = ['az version', 'az account show', 'az group show'];
const DEPLOYMENT = [...PREREQUISITES, 'pack', 'az deployment group create', 'az functionapp deployment source'];

describe('a deployment', () => {
  test('checks, packs, deploys, uploads, waits for health, tests the connection, and prints the Tenant URLs', async () => {
    const { code, errors, steps, output } = await runDeploy(sunshine, ...testEnvironment, '--token', TOKEN);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(steps).toEqual([
      ...DEPLOYMENT,
      `GET ${answers.DEFAULT_HOST}/health`,
      `GET ${answers.PUBLIC_HOST}/health`,
      `GET ${answers.PUBLIC_HOST}/advisors/scim/Users`,
    ]);
    expect(output).toContain('The connection test is passed.');
    expect(output).toContain(`advisors  https://${answers.PUBLIC_HOST}/advisors/scim\n`);
    expect(output).toContain(`rooms     https://${answers.PUBLIC_HOST}/rooms/scim\n`);
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
    const sent: unknown[] = [];
    const world = worldWith({}, (url, init) => {
      sent.push([url.pathname, new Headers(init?.headers).get('authorization')]);
      return sunshine.fetch(url, init);
    });
    const { code } = await runDeploy(world, ...testEnvironment, '--token', TOKEN, '--service', 'rooms');
    expect(code).toBe(0);
    expect(sent).toEqual([
      ['/health', null],
      ['/health', null],
      ['/rooms/scim/Users', `Bearer ${TOKEN}`],
    ]);
  });

  test('without a token leaves the connection test out and says so', async () => {
    const { code, output, steps } = await runDeploy(sunshine, ...testEnvironment);
    expect(code).toBe(0);
    expect(steps.at(-1)).toBe(`GET ${answers.PUBLIC_HOST}/health`);
    expect(output).toContain('the connection test is left out');
  });

  test('makes the resource group, with its tags, where a location is given', async () => {
    const world = worldWith({ 'group show': answers.noSuchGroup });
    const { code, commands } = await runDeploy(world, ...testEnvironment, '--location', 'westeurope');
    expect(code).toBe(0);
    expect(commands).toContainEqual(
      `group create --subscription ${answers.SUBSCRIPTION} --name rg-bookme-scim-test --location westeurope --tags product=bookme-scim environment=test --only-show-errors --output json`,
    );
  });

  test('tries the upload again while the role of the app does not count yet', async () => {
    const { uploadTooEarly, uploaded } = answers;
    const world = worldWith({ 'functionapp deployment source': [uploadTooEarly, uploadTooEarly, uploaded] });
    const { code, seconds, output } = await runDeploy(world, ...testEnvironment);
    expect({ code, seconds }).toEqual({ code: 0, seconds: 60 });
    expect(output).toContain('The app may not write to its storage yet; again in 30 seconds.');
  });

  test('looks for itself where az finds the app unhealthy', async () => {
    const world = worldWith({ 'functionapp deployment source': answers.uploadedUnhealthy });
    expect(await runDeploy(world, ...testEnvironment)).toMatchObject({ code: 0, errors: '' });
  });

  test('waits until the app is healthy', async () => {
    let asked = 0;
    const world = worldWith({}, (url, init) => {
      asked += 1;
      return asked < 10 ? answers.degraded() : sunshine.fetch(url, init);
    });
    const { code, seconds, output } = await runDeploy(world, ...testEnvironment);
    expect({ code, seconds }).toEqual({ code: 0, seconds: 45 });
    expect(output).toContain('not yet, after 30 seconds: 503 {"status":"degraded","degraded":["tokens"]}');
  });

  test('skips what calls the service where the access restriction keeps this machine out', async () => {
    const world = worldWith(
      { 'deployment group create': answers.deployment({ isRestricted: true }) },
      answers.forbidden,
    );
    const { code, steps, output } = await runDeploy(world, ...testEnvironment, '--token', TOKEN);
    expect(code).toBe(0);
    expect(steps).toEqual([...DEPLOYMENT, `GET ${answers.DEFAULT_HOST}/health`]);
    expect(output).toContain('health and connection are not checked');
    expect(output).toContain(`https://${answers.PUBLIC_HOST}/advisors/scim`);
  });

  test('tells the DNS records while the public host name leads nowhere, and tests under the own one of the app', async () => {
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

describe('what-if', () => {
  const whatIf = [...testEnvironment, '--what-if'];
  const predicting = (...changes: readonly object[]) =>
    worldWith({ 'deployment group what-if': answers.whatIf(...changes) });

  test('shows what would change and with it the properties, and changes nothing', async () => {
    const { unchanged, foreign, modified, created } = answers;
    const { code, steps, output } = await runDeploy(predicting(unchanged, foreign, modified, created), ...whatIf);
    expect(code).toBe(0);
    expect(steps).toEqual([...PREREQUISITES, 'az deployment group what-if']);
    expect(output.split('\n').slice(-6)).toEqual([
      '  + Microsoft.Insights/metricAlerts/latency',
      `  ~ Microsoft.Web/sites/${answers.APP}`,
      '      ~ properties.siteConfig.http20Enabled',
      '      - tags.Owner',
      'Resources: 1 to create, 1 to modify.',
      '',
    ]);
  });

  test('says that nothing would change', async () => {
    const { code, output } = await runDeploy(predicting(answers.unchanged, answers.foreign), ...whatIf);
    expect(code).toBe(0);
    expect(output).toMatch(/Nothing would change\.\n$/);
  });

  test('fails where something would be deleted, and shows that first', async () => {
    const { code, output, errors } = await runDeploy(predicting(answers.created, answers.deleted), ...whatIf);
    expect(code).toBe(1);
    expect(output).toMatch(
      /- Microsoft.Insights\/metricAlerts\/old\n {2}\+ .*\nResources: 1 to delete, 1 to create\.\n$/,
    );
    expect(errors).toBe('1 of the resources would be deleted: nothing here is meant to do that.\n');
  });

  test('makes no resource group', async () => {
    const world = worldWith({ 'group show': answers.noSuchGroup });
    const { code, steps, errors } = await runDeploy(world, ...whatIf, '--location', 'westeurope');
    expect(code).toBe(1);
    expect(steps).toEqual(PREREQUISITES);
    expect(errors).toContain('Before the first deployment there is nothing to compare with.');
  });

  test('passes on what the Bicep compiler says', async () => {
    const world = worldWith({ 'deployment group what-if': answers.doesNotCompile });
    expect((await runDeploy(world, ...whatIf)).errors).toBe(
      'What-if failed:\n  infra/main.bicep(3,12) : Error BCP057: The name "prefx" does not exist in the current context.\n',
    );
  });
});

describe('a deployment that cannot begin', () => {
  const noCli = { code: 127, stdout: '', stderr: '' };
  test.each([
    ['there is no Azure CLI', { version: noCli }, /^The Azure CLI is not installed here: https:/],
    ['the Azure CLI is too old', { version: answers.version('2.45.0') }, /2\.45\.0, and 2\.88\.0 or later is needed/],
    ['the Azure CLI is too old by its numbers', { version: answers.version('2.9.1') }, /2\.9\.1, and 2\.88\.0/],
    [
      'nobody is signed in',
      { 'account show': answers.notSignedIn },
      /^Nobody is signed in to Azure here.*run az login/,
    ],
    [
      'the subscription is disabled',
      { 'account show': answers.account('Disabled') },
      /is Disabled: nothing can be deployed/,
    ],
    [
      'the resource group is not there',
      { 'group show': answers.noSuchGroup },
      /no resource group rg-bookme-scim-test .* say --location/,
    ],
    [
      'the group holds the other environment',
      { 'group show': answers.group({ environment: 'production' }) },
      /holds the environment production, by its tag/,
    ],
    ['the sign-in ends in between', { 'group show': answers.notSignedIn }, /^Nobody is signed in/],
  ])('because %s changes nothing and says what to do', async (_reason, az, sentence) => {
    const { code, errors, steps } = await runDeploy(worldWith(az), ...testEnvironment);
    expect(code).toBe(1);
    expect(errors).toMatch(sentence);
    expect(steps.filter((step) => /create|functionapp|pack|GET/.test(step))).toEqual([]);
  });

  test('because the subscription is not of this sign-in', async () => {
    const world = worldWith({ 'account show': answers.noSuchSubscription('BookMe') });
    const { code, errors, commands } = await runDeploy(world, ...testEnvironment, '--subscription', 'BookMe');
    expect(code).toBe(1);
    expect(commands.at(-1)).toContain('account show --subscription BookMe');
    expect(errors).toMatch(/^This sign-in has no subscription BookMe: az account list/);
  });

  test.each([
    [[], /^--environment has to be one of test, production\.\nUsage/],
    [['--environment', 'prod'], /^--environment has to be one of/],
    [['--environment', 'test', '--force'], /^Unknown option '--force'/],
    [['--environment', 'test', '--service', 'desks'], /^--service has to be one of advisors, rooms/],
    [['test'], /^There is a value without an option before it/],
  ])('because of a mistake on the command line: %j', async (argv, sentence) => {
    const { code, errors, steps } = await runDeploy(sunshine, ...argv);
    expect({ code, steps }).toEqual({ code: 1, steps: [] });
    expect(errors).toMatch(sentence);
  });
});

describe('a deployment that fails', () => {
  test('in Azure ends with the causes at the bottom of the nested errors, and what to do', async () => {
    const world = worldWith({ 'deployment group create': answers.failedDeployment });
    const { code, errors, steps } = await runDeploy(world, ...testEnvironment);
    expect(code).toBe(1);
    expect(steps.at(-1)).toBe('az deployment group create');
    expect(errors.split('\n')).toEqual([
      'The deployment failed:',
      '  SubscriptionIsOverQuotaForSku: This region has quota of 0 FlexConsumption instances for your subscription.',
      expect.stringMatching(/^ {2}AuthorizationFailed: The client .*\(Microsoft\.Authorization\/roleAssignments\/1+/),
      expect.stringMatching(/^You need the roles that docs\/deploy\.md lists/),
      '',
    ]);
  });

  test('because az takes too long says that Azure may go on', async () => {
    const world = worldWith({ 'deployment group create': { code: 124, stdout: '', stderr: '' } });
    expect((await runDeploy(world, ...testEnvironment)).errors).toMatch(/did not end within 60 minutes .* may go on/);
  });

  test('at an output that the template does not have names it', async () => {
    const world = worldWith({ 'deployment group create': answers.group(null) });
    expect((await runDeploy(world, ...testEnvironment)).errors).toMatch(
      /^The deployment gave no output advisorsTenantUrl/,
    );
  });

  test('at the upload says what az said', async () => {
    const world = worldWith({ 'functionapp deployment source': answers.uploadRefused });
    const { code, errors, seconds } = await runDeploy(world, ...testEnvironment);
    expect({ code, seconds }).toEqual({ code: 1, seconds: 0 });
    expect(errors).toMatch(/^The package could not be uploaded:\n {2}There may be an ongoing deployment/);
  });

  test('at the upload gives up when the role does not count after five minutes', async () => {
    const world = worldWith({ 'functionapp deployment source': answers.uploadTooEarly });
    const { code, errors, seconds } = await runDeploy(world, ...testEnvironment);
    expect({ code, seconds }).toEqual({ code: 1, seconds: 300 });
    expect(errors).toContain('BlobUploadFailedException');
  });

  test.each([
    ['is degraded', answers.degraded, '503 {"status":"degraded","degraded":["tokens"]}'],
    ['does not answer', (url: URL) => answers.unknownHost(url.host), 'none (ENOTFOUND)'],
    ['lets nobody in although it is not restricted', answers.forbidden, '403'],
  ])('because the app %s for five minutes', async (_what, fetch, last) => {
    const { code, errors, seconds } = await runDeploy(worldWith({}, fetch), ...testEnvironment);
    expect({ code, seconds }).toEqual({ code: 1, seconds: 300 });
    expect(errors).toContain(`not healthy after 5 minutes; its last answer was ${last}.`);
  });

  test.each([
    ['refuses the token', answers.tokenRefused, /does not accept the token: check that it is one of this environment/],
    ['is out of order', answers.unavailable, /The connection test of .* failed\. It answered 503: Try again later\./],
    ['is not a SCIM service', answers.healthy, /It answered 200, application\/json without a detail/],
    ['does not answer', () => new TypeError('fetch failed'), /and now it does not answer/],
  ])('at the connection test because the service %s', async (_what, answer, sentence) => {
    const world = worldWith({}, (url) => (url.pathname === '/health' ? answers.healthy() : answer()));
    const { code, errors, output } = await runDeploy(world, ...testEnvironment, '--token', TOKEN);
    expect(code).toBe(1);
    expect(errors).toMatch(sentence);
    expect(`${errors}${output}`).not.toContain(TOKEN);
  });
});
