import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Ground, openGround, runTenant } from './bank.ts';

let ground: Ground;

beforeAll(async () => {
  ground = await openGround();
});

afterAll(async () => {
  await ground.stop();
});

const lines = (output: string) =>
  output
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));

describe('list', () => {
  test('says that there is no tenant if there are no tables', async () => {
    expect(await runTenant(ground, ['list'])).toMatchObject({ code: 0, output: 'There are no tenants.\n', errors: '' });
  });

  test('shows every tenant that has a token or rows, for each service, with the number of its resources', async () => {
    await ground.provision('rooms', 'contoso', 1);
    await ground.provision('advisors', 'contoso', 3);
    await ground.provision('advisors', 'fabrikam', 0);
    ground.vault.secrets.remove('scim-advisors-fabrikam');
    ground.vault.secrets.set('scim-rooms-adatum', { value: 'x', attributes: { enabled: false } });
    const { code, output } = await runTenant(ground, ['list']);
    expect(code).toBe(0);
    expect(lines(output)).toEqual([
      ['tenant', 'service', 'resources', 'token'],
      ['adatum', 'rooms', '0', 'revoked'],
      ['contoso', 'advisors', '3', 'valid'],
      ['contoso', 'rooms', '1', 'valid'],
      ['fabrikam', 'advisors', '0', 'none'],
    ]);
  });

  test('shows only the tables if no key vault is named, and says so', async () => {
    const { code, output } = await runTenant(ground, ['list'], { environment: { SCIM_KEY_VAULT_URI: '' } });
    expect(code).toBe(0);
    expect(lines(output).slice(1, 3)).toEqual([
      ['contoso', 'advisors', '3', 'not known'],
      ['contoso', 'rooms', '1', 'not known'],
    ]);
    expect(output).toContain('The tokens are unknown, because no key vault is named');
  });

  test('counts more resources than one page of storage holds', async () => {
    const table = ground.table('rooms');
    for (let start = 0; start < 1_100; start += 100) {
      const rows = Array.from({ length: 100 }, (_, index) => ({ partitionKey: 'wide', rowKey: `n.${start + index}` }));
      await table.submitTransaction(rows.map((row) => ['create', row]));
    }
    const { output } = await runTenant(ground, ['list']);
    expect(lines(output).at(-1)).toEqual(['wide', 'rooms', '1100', 'none']);
  });
});

describe('a mistake', () => {
  const account = 'https://bookme.table.core.windows.net';
  test.each<[readonly string[], Readonly<Record<string, string>>, RegExp]>([
    [[], {}, /^The first word must be one of list, show, compare, export, erase\./],
    [['erase'], {}, /^--tenant must be 1 to 40 characters/],
    [['erase', '--tenant', 'Contoso'], {}, /^--tenant must be 1 to 40 characters/],
    [['erase', 'contoso'], {}, /^The first word must be one of list, show, compare, export, erase\./],
    [['list', '--tenant', 'contoso'], {}, /^--tenant can be used with show, compare, export, erase, not with list/],
    [['list', '--all'], {}, /^Unknown option '--all'/],
    [['list'], { SCIM_TABLES: '' }, /^SCIM_TABLES must be set/],
    [
      ['list'],
      { SCIM_TABLES: 'AccountName=x', SCIM_KEY_VAULT_URI: '' },
      /^SCIM_TABLES is not a valid connection string/,
    ],
    [['list'], { SCIM_KEY_VAULT_URI: 'vault' }, /^The key vault must be an https address/],
    [
      ['erase', '--tenant', 'contoso', '--yes'],
      { SCIM_TABLES: account, SCIM_KEY_VAULT_URI: '' },
      /^No key vault is named, and erase has to remove the tenant's tokens before its rows/,
    ],
    [
      ['list'],
      { SCIM_TABLES: 'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:1/a' },
      /^The storage account http:\/\/127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/,
    ],
  ])('is refused with a message: %j %j', async (argv, environment, sentence) => {
    const { code, output, errors } = await runTenant(ground, argv, { environment });
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(sentence);
  });
});
