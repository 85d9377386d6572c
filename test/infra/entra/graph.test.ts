import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { usersIn } from '../../stand-ins/graph-routes.ts';
import { type Bank, newObject, only, openBank, runScript, TENANT_URL, TOKEN } from './bank.ts';

let bank: Bank;

beforeEach(async () => {
  bank = await openBank();
});

afterEach(() => bank.stop());

describe('Graph', () => {
  test('gets a request again after the time in Retry-After', async () => {
    let refusals = 0;
    bank.graph.settings.instead = (line) => {
      if (line !== 'GET /organization' || refusals > 0) return undefined;
      refusals += 1;
      return { status: 429, headers: { 'retry-after': '17' } };
    };
    const before = bank.graph.clock.now;
    expect(await bank.run('plan')).toMatchObject({
      code: 2,
      errors: expect.stringContaining('trying again in 17 seconds'),
    });
    expect(bank.graph.clock.now - before).toBe(17_000);
  });

  test('cannot make the command send the token to another server with a link to the next page', async () => {
    const body = { value: [], '@odata.nextLink': 'https://evil.example/v1.0/servicePrincipals?$skiptoken=2' };
    bank.graph.settings.instead = (line) => (line === 'GET /servicePrincipals' ? { status: 200, body } : undefined);
    expect(await bank.run('plan')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('https://evil.example. It was not read'),
    });
  });

  test('may quote a token in an error, which the command does not print', async () => {
    runScript(bank, 'BookMe advisors', TENANT_URL);
    const body = { error: { code: 'BadRequest', message: `Authorization: Bearer ${TOKEN} was refused` } };
    bank.graph.settings.instead = (line) => (line.endsWith('validateCredentials') ? { status: 400, body } : undefined);
    const { output } = await bank.run('test');
    expect(output).toContain('Bearer (a token) was refused');
    expect(output).not.toContain(TOKEN);
  });

  test('is not called over http, except on a loopback address', async () => {
    expect(await bank.run('plan', '--graph-url', 'http://graph.example')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('has to start with https'),
    });
  });
});

describe('the command line', () => {
  test.each([
    [['--assign', 'a', '--service', 'all'], 'applies to one application only'],
    [['--failed'], '--failed can be used only with logs'],
    [['--delete-threshold', '0'], 'a whole number of at least 1'],
    [['--issue-token'], '--tenant must be'],
    [
      ['--issue-token', '--tenant', 'contoso', '--vault', 'https://kv-test.vault.azure.net'],
      '--environment is production, but the key vault kv-test belongs to test',
    ],
    [['--sign-in', 'password'], 'one of azure-cli, browser, device-code'],
    [['--to-workspace', 'law'], 'the resource id of a Log Analytics workspace'],
  ])('with %j is refused with a message', async (more, sentence) => {
    expect(await bank.run('plan', ...more)).toMatchObject({ code: 1, errors: expect.stringContaining(sentence) });
    expect(bank.graph.requests).toEqual([]);
  });

  test('never takes a token', async () => {
    expect(await bank.run('apply', '--token', TOKEN)).toMatchObject({
      code: 1,
      errors: expect.not.stringContaining(TOKEN),
    });
  });
});

describe('a plan', () => {
  test('accepts a flag at the end of the Tenant URL, and corrects a slash and a blank', async () => {
    const application = runScript(bank, 'Somebody named it so', `${TENANT_URL}?aadOptscim062020`);
    const write = (url: string) =>
      application.secrets.write(new Map([...application.secrets.current, ['BaseAddress', url]]), 0);
    expect((await bank.run('plan')).output).not.toContain('Tenant URL:');
    write(`${TENANT_URL}/ `);
    expect((await bank.run('plan')).output).toContain(`~ Tenant URL: ${TENANT_URL}/  -> ${TENANT_URL}`);
  });

  test('names an attribute that the application does not list, before anything is changed', async () => {
    const application = runScript(bank, 'BookMe advisors', TENANT_URL);
    const { schema } = only(application.jobs);
    schema.write(schema.current.replaceAll('work\\"].formatted', 'other\\"].formatted'), 0);
    expect(await bank.run('apply', '--yes')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('Edit attribute list'),
    });
    expect(bank.graph.writes()).toEqual([]);
  });

  test('fails with a message if a group cannot be assigned', async () => {
    bank.graph.tenant.groups.push({ ...newObject('Mail only'), securityEnabled: false });
    expect(await bank.run('plan', '--assign', 'Mail only')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('security-enabled'),
    });
  });

  test('is JSON with --json', async () => {
    const { output } = await bank.run('plan', '--json');
    expect(JSON.parse(output).services[0]).toMatchObject({
      service: 'advisors',
      tokenStored: false,
      application: null,
    });
  });
});

test('after the scope was narrowed, a new initial cycle compares the users who are no longer in scope', async () => {
  const application = runScript(bank, 'BookMe advisors', TENANT_URL);
  await bank.run('apply', '--yes');
  application.secrets.write(new Map([...application.secrets.current, ['SyncAll', 'True']]), 0);
  bank.graph.requests.length = 0;
  expect(await bank.run('apply', '--yes')).toMatchObject({ code: 0 });
  expect(bank.graph.writes().at(-1)).toMatch(/\/restart$/);
});

test('as a program of its own, it reads the answer and the Secret Token line by line from a pipe', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'entra-'));
  const program = join(import.meta.dirname, '../../../infra/commands/entra.ts');
  const place = [
    '--entra-tenant',
    bank.graph.tenant.id,
    '--environment',
    'production',
    '--service',
    'advisors',
    '--graph-url',
    bank.graph.url,
  ];
  const env = { ...process.env, GRAPH_TOKEN: bank.graph.token };
  const child = spawn(process.execPath, [program, 'apply', ...place], { cwd: folder, env });
  let shown = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (shown += chunk));
  child.stdin.end(`yes\n${TOKEN}\n`);
  const [code] = await once(child, 'close');
  await rm(folder, { recursive: true });
  expect({ code, shown }).toMatchObject({ code: 0, shown: expect.not.stringContaining(TOKEN) });
  const application = only(bank.graph.tenant.applications);
  expect(application.secrets.current.get('SecretToken')).toBe(TOKEN);
  expect(usersIn(only(application.jobs)).groupsEnabled).toBe(false);
});
