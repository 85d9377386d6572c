import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { audit } from '../../../infra/commands/audit.ts';
import { type Azurite, startAzurite } from '../../../infra/local/azurite.ts';
import { type Client, clientOf, user } from '../../service/client.ts';
import { type RunningService, startService } from '../../service/service.ts';
import { tableOf } from '../../store/rows.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

/** Runs the command with the tests' tables, or with others. */
async function run(argv: readonly string[], tables = process.env['SCIM_TEST_TABLES'], typed = '') {
  const written = { output: '', errors: '' };
  const to = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const code = await audit(argv, {
    output: to('output'),
    errors: to('errors'),
    environment: { SCIM_TABLES: tables },
    credential: () => {
      throw new Error('A connection string needs no sign-in.');
    },
    ask: async (question) => {
      written.output += question;
      return typed;
    },
  });
  return { code, ...written };
}

async function createAdvisor(call: Client, userName: string): Promise<string> {
  const { body } = await call('POST', '/Users', user({ userName, externalId: randomUUID() }));
  return String(body['id']);
}

describe('npm run audit', () => {
  test('says how much it read if nothing is wrong', async () => {
    const tenant = service.newTenant();
    const call = clientOf(service, 'advisors', tenant);
    await createAdvisor(call, 'anna@contoso.com');
    await createAdvisor(call, 'bo@contoso.com');
    expect(await run(['--service', 'advisors', '--tenant', tenant.name])).toEqual({
      code: 0,
      output: 'Read 8 rows of 1 tenant: 2 resources.\nNothing is wrong.\n',
      errors: '',
    });
    expect((await run(['--service', 'rooms', '--tenant', tenant.name])).output).toBe(
      'Read 0 rows of 0 tenants: 0 resources.\nNothing is wrong.\n',
    );
  });

  test('says so if the tenant has nothing in any service, and reads nothing', async () => {
    const { code, output, errors } = await run(['--service', 'advisors', '--tenant', service.newTenant().name]);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(errors).toMatch(
      /^The tenant \S+ has no row in the storage account devstoreaccount1 on this machine \(its tokens are unknown, because no key vault is named\)\. Check its name: /,
    );
  });

  test('names the target before it changes something, and asks before it drops columns', async () => {
    const { name } = service.newTenant();
    const table = tableOf('advisors');
    const id = randomUUID();
    await table.createEntity({ partitionKey: name, rowKey: `n.${id}`, id, nickName: 'Annie' });
    const argv = ['--service', 'advisors', '--tenant', name, '--drop-columns'];
    const refused = await run(argv, undefined, 'rooms');
    expect(refused).toMatchObject({
      code: 2,
      errors: 'Nothing was changed: what you typed is not advisors. (Scripts use --yes.)\n',
    });
    expect(refused.output).toMatch(
      /^Target: storage account devstoreaccount1 on this machine; environment local\.\nThe values in columns/,
    );
    expect(await table.getEntity(name, `n.${id}`)).toMatchObject({ nickName: 'Annie' });
    expect((await run(argv, undefined, 'advisors')).output).toContain('unknown-column');
    expect(await table.getEntity(name, `n.${id}`)).not.toHaveProperty('nickName');
  });

  test('names what is wrong, repairs what it can, and says what an operator has to look at', async () => {
    const { name } = service.newTenant();
    const table = tableOf('advisors');
    const id = randomUUID();
    const row = { partitionKey: name, rowKey: id, id, externalId: id, userName: 'anna@contoso.com', active: true };
    await table.createEntity({ ...row, created: new Date(), lastModified: new Date() });
    await table.createEntity({ partitionKey: name, rowKey: `~id.${id}`, target: id, id });
    await table.createEntity({ partitionKey: name, rowKey: '~lock' });

    const found = await run(['--service', 'advisors', '--tenant', name]);
    expect(found).toMatchObject({ code: 1, errors: '' });
    expect(found.output).toContain(`${name} ${id}\n  missing-unique-row: Its userName row ~userName.`);
    expect(found.output).toContain('is missing. --repair fixes it.\n');
    expect(found.output).toContain(`${name} ~lock\n  unknown-row: `);
    expect(found.output).toContain('An operator has to look at it.\n');
    expect(found.output).toMatch(
      /Found: 1 that --repair fixes, 1 that an operator has to look at \(docs\/audit\.md\)\.\n$/,
    );
    expect(found.output).not.toContain('contoso.com');

    const repaired = await run(['--service', 'advisors', '--tenant', name, '--repair']);
    expect(repaired.code).toBe(1);
    expect(repaired.output).toContain('is missing. Repaired.\n');
    expect(repaired.output).toMatch(/Found: 1 repaired, 1 that an operator has to look at \(docs\/audit\.md\)\.\n$/);

    await table.deleteEntity(name, '~lock');
    await table.deleteEntity(name, `~id.${id}`);
    expect(await run(['--service', 'advisors', '--tenant', name, '--repair'])).toMatchObject({ code: 0 });
    expect((await run(['--service', 'advisors', '--tenant', name])).output).toContain('Nothing is wrong.');
  });

  test('shows its usage', async () => {
    const { code, output } = await run(['--help']);
    expect(code).toBe(0);
    expect(output).toMatch(/^Usage: npm run audit -- --service advisors\|rooms/);
  });

  test.each([
    [[], '--service must be one of advisors, rooms'],
    [['--service', 'users'], '--service must be one of advisors, rooms'],
    [['--service', 'rooms', '--tenant', 'Contoso!'], '--tenant must be'],
    [['--service', 'rooms', 'contoso'], 'The command line contains a value without an option.'],
    [['--service', 'rooms', '--fix'], "Unknown option '--fix'."],
  ])('refuses %j with a message', async (argv, sentence) => {
    const { code, output, errors } = await run(argv);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(errors).toContain(sentence);
  });

  test.each(['', ' ', 'advisors'])('asks for SCIM_TABLES if it is %j', async (tables) => {
    const { code, errors } = await run(['--service', 'rooms'], tables);
    expect(code).toBe(2);
    expect(errors).toMatch(/^SCIM_TABLES must be set: /);
  });

  test('ends with a message and exit code 2, without a stack', () => {
    const command = join(import.meta.dirname, '../../../infra/commands/audit.ts');
    const env = { ...process.env, SCIM_TABLES: '' };
    const { status, stderr } = spawnSync(process.execPath, [command, '--service', 'rooms'], { encoding: 'utf8', env });
    expect(stderr).toBe('SCIM_TABLES must be set: the https address of the storage account, or a connection string.\n');
    expect(status).toBe(2);
  });
});

describe('when storage fails', () => {
  let azurite: Azurite;
  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterAll(() => azurite.close());

  test('says that there is no such table', async () => {
    const { code, errors } = await run(['--service', 'rooms'], azurite.connectionString);
    expect(code).toBe(2);
    expect(errors).toBe(
      'The storage account has no table rooms: check SCIM_TABLES. The service or its deployment creates the table.\n',
    );
  });

  test('says that storage cannot be reached', async () => {
    const nobody = azurite.connectionString.replace(/:\d+\/devstore/, ':1/devstore');
    const { code, errors } = await run(['--service', 'rooms'], nobody);
    expect(code).toBe(2);
    expect(errors).toMatch(/^The storage account cannot be reached \(ECONNREFUSED\): check the address/);
  });

  test('says that the key is not accepted', async () => {
    const wrong = azurite.connectionString.replace(/AccountKey=[^;]+/, 'AccountKey=d3Jvbmc=');
    const { code, errors } = await run(['--service', 'rooms'], wrong);
    expect(code).toBe(2);
    expect(errors).toMatch(/^The storage account does not allow this: you need the role Storage Table Data Reader/);
  });
});
