import { describe, expect, test } from '@jest/globals';
import { newToken } from '../shared/auth/token.ts';
import { ConfigError, readConfig } from '../shared/config.ts';

const token = newToken('contoso');
const tokens = JSON.stringify({ advisors: { contoso: [token] }, rooms: { contoso: [] } });
const azurite = 'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:10002/a;';

const deployed = {
  SCIM_PUBLIC_URL: 'https://api.example.com',
  SCIM_TABLES: 'https://account.table.core.windows.net',
  SCIM_KEY_VAULT_URI: 'https://vault.vault.azure.net',
};
const local = { SCIM_PUBLIC_URL: 'http://localhost:7071', SCIM_TABLES: azurite, SCIM_TOKENS: tokens };

test('reads the settings of a deployed service, and leaves the protections at their defaults', () => {
  expect(readConfig({ ...deployed, AZURE_CLIENT_ID: '5f1c' })).toEqual({
    publicUrl: 'https://api.example.com',
    tables: 'https://account.table.core.windows.net',
    tokens: { from: 'vault', uri: 'https://vault.vault.azure.net' },
    clientId: '5f1c',
    rate: { perSecond: 100, burst: 1000 },
    failures: { perSecond: 10, burst: 200 },
    brake: { floor: 10, percent: 20, minutes: 60 },
    historyDays: 90,
  });
});

test('reads the settings of a local service, and leaves the protections off', () => {
  expect(readConfig(local)).toEqual({
    publicUrl: 'http://localhost:7071',
    tables: azurite,
    tokens: { from: 'settings', tokens: { advisors: { contoso: [token] }, rooms: { contoso: [] } } },
    clientId: undefined,
    rate: undefined,
    failures: undefined,
    brake: undefined,
    historyDays: 90,
  });
});

test('returns settings that cannot be changed', () => {
  expect(Object.isFrozen(readConfig(local))).toBe(true);
});

test('reads process.env by default', () => {
  const names = ['SCIM_PUBLIC_URL', 'SCIM_TABLES', 'SCIM_TOKENS', 'SCIM_KEY_VAULT_URI'] as const;
  const before = names.map((name) => [name, process.env[name]] as const);
  for (const name of names) delete process.env[name];
  try {
    expect(() => readConfig()).toThrow('SCIM_PUBLIC_URL');
    Object.assign(process.env, local);
    expect(readConfig().publicUrl).toBe('http://localhost:7071');
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});

describe('the public URL', () => {
  test.each([
    ['https://api.example.com/', 'https://api.example.com'],
    ['https://api.example.com/base//', 'https://api.example.com/base'],
    [' https://API.example.com ', 'https://api.example.com'],
    ['https://api.example.com:8443', 'https://api.example.com:8443'],
    ['http://127.0.0.1:7071', 'http://127.0.0.1:7071'],
    ['http://[::1]:7071', 'http://[::1]:7071'],
  ])('%s becomes %s', (given, base) => {
    const settings = given.includes('example') ? deployed : local;
    expect(readConfig({ ...settings, SCIM_PUBLIC_URL: given }).publicUrl).toBe(base);
  });
});

describe('the process does not start, and its message names the wrong setting', () => {
  type Settings = Readonly<Record<string, string | undefined>>;
  const refusals: readonly (readonly [string, Settings, string])[] = [
    ['without a public URL', { ...local, SCIM_PUBLIC_URL: undefined }, 'SCIM_PUBLIC_URL is missing'],
    ['with a blank public URL', { ...local, SCIM_PUBLIC_URL: ' ' }, 'SCIM_PUBLIC_URL is missing'],
    ['with a public URL that is none', { ...local, SCIM_PUBLIC_URL: 'api.example.com' }, 'SCIM_PUBLIC_URL must be'],
    ['with plain http', { ...deployed, SCIM_PUBLIC_URL: 'http://api.example.com' }, 'SCIM_PUBLIC_URL must be'],
    ['with another scheme', { ...deployed, SCIM_PUBLIC_URL: 'ftp://localhost' }, 'SCIM_PUBLIC_URL must be'],
    ['with a query', { ...deployed, SCIM_PUBLIC_URL: 'https://api.example.com?x' }, 'SCIM_PUBLIC_URL must be'],
    ['with a fragment', { ...deployed, SCIM_PUBLIC_URL: 'https://api.example.com#x' }, 'SCIM_PUBLIC_URL must be'],
    ['with a user', { ...deployed, SCIM_PUBLIC_URL: 'https://me@api.example.com' }, 'SCIM_PUBLIC_URL must be'],
    ['with a password', { ...deployed, SCIM_PUBLIC_URL: 'https://:x@api.example.com' }, 'SCIM_PUBLIC_URL must be'],
    ['without tables', { ...local, SCIM_TABLES: undefined }, 'SCIM_TABLES is missing'],
    ['with tables over plain http', { ...local, SCIM_TABLES: 'http://account.example' }, 'SCIM_TABLES must be'],
    ['with tables that are no address', { ...local, SCIM_TABLES: 'account' }, 'SCIM_TABLES must be'],
    ['with a connection string without its key', { ...local, SCIM_TABLES: 'AccountName=a;' }, 'SCIM_TABLES must be'],
    ['without a token source', { ...local, SCIM_TOKENS: undefined }, 'SCIM_KEY_VAULT_URI'],
    ['with both token sources', { ...local, SCIM_KEY_VAULT_URI: 'https://v' }, 'SCIM_KEY_VAULT_URI and SCIM_TOKENS'],
    ['with local tokens on a public address', { ...local, SCIM_PUBLIC_URL: 'https://api.example.com' }, 'SCIM_TOKENS'],
    [
      'with local tokens on a name like loopback',
      { ...local, SCIM_PUBLIC_URL: 'https://127.0.0.1.nip.io' },
      'SCIM_TOKENS',
    ],
    ['with a vault over plain http', { ...deployed, SCIM_KEY_VAULT_URI: 'http://vault' }, 'SCIM_KEY_VAULT_URI must be'],
    ['with a vault that is no address', { ...deployed, SCIM_KEY_VAULT_URI: 'vault' }, 'SCIM_KEY_VAULT_URI must be'],
    ['with tokens that are no JSON', { ...local, SCIM_TOKENS: '{' }, 'SCIM_TOKENS is not JSON'],
    ...[
      '[]',
      'null',
      '"x"',
      '{"advisors":[]}',
      '{"advisors":null}',
      `{"advisors":{"contoso":"${token}"}}`,
      '{"advisors":{"contoso":[1]}}',
      '{"advisors":{"contoso":["contoso.short"]}}',
      `{"advisors":{"fabrikam":["${token}"]}}`,
    ].map((text) => [`with the tokens ${text}`, { ...local, SCIM_TOKENS: text }, 'SCIM_TOKENS must be'] as const),
    ...['SCIM_RATE_LIMIT', 'SCIM_FAILED_TOKEN_LIMIT', 'SCIM_BRAKE'].flatMap((name) =>
      ['on', '1', '0,1', '1,0', '-1,2,3', '1.5,2', 'a,b', '1,2,3,4', '99999999,1', 'off,off', ','].map(
        (text) => [`with ${name} ${text}`, { ...deployed, [name]: text }, `${name} must be`] as const,
      ),
    ),
  ];

  test.each(refusals)('%s', (_what, settings, sentence) => {
    const read = () => readConfig(settings);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(sentence);
  });

  test('but does not repeat a token', () => {
    const settings = { ...local, SCIM_TOKENS: `{"advisors":{"fabrikam":["${token}"]}}` };
    try {
      readConfig(settings);
    } catch (error) {
      expect(String(error)).not.toContain(token);
    }
    expect.assertions(1);
  });
});

test.each([
  ['SCIM_RATE_LIMIT', 'rate', '5, 50', { perSecond: 5, burst: 50 }],
  ['SCIM_FAILED_TOKEN_LIMIT', 'failures', '1,2', { perSecond: 1, burst: 2 }],
  ['SCIM_BRAKE', 'brake', '3,50,10', { floor: 3, percent: 50, minutes: 10 }],
] as const)('%s can be set, or turned off with "off"', (name, member, text, value) => {
  expect(readConfig({ ...local, [name]: text })[member]).toEqual(value);
  expect(readConfig({ ...deployed, [name]: 'off' })[member]).toBeUndefined();
});

describe('SCIM_HISTORY_DAYS', () => {
  test.each([
    ['0', 0],
    ['30', 30],
    ['3650', 3650],
    ['', 90],
  ])('can be %p', (text, days) => {
    expect(readConfig({ ...deployed, SCIM_HISTORY_DAYS: text }).historyDays).toBe(days);
  });

  test.each(['-1', '1.5', '3651', 'off', '90 days'])('cannot be %p', (text) => {
    expect(() => readConfig({ ...deployed, SCIM_HISTORY_DAYS: text })).toThrow(
      'SCIM_HISTORY_DAYS must be a whole number of days from 0 to 3650.',
    );
  });
});

describe('a misspelt setting', () => {
  test.each([
    ['SCIM_TABLE', 'SCIM_TABLES'],
    ['SCIM_TABLES_URL', 'SCIM_TABLES'],
    ['SCIM_KEYVAULT_URI', 'SCIM_KEY_VAULT_URI'],
    ['SCIM_KEY_VAULT_URL', 'SCIM_KEY_VAULT_URI'],
    ['scim_public_url', 'SCIM_PUBLIC_URL'],
    ['SCIMTOKENS', 'SCIM_TOKENS'],
    ['SCIM_RATE_LIMITS', 'SCIM_RATE_LIMIT'],
    ['SCIM_FAILED_TOKENS_LIMIT', 'SCIM_FAILED_TOKEN_LIMIT'],
    ['SCIM_BREAK', 'SCIM_BRAKE'],
    ['SCIM_HISTORY_DAY', 'SCIM_HISTORY_DAYS'],
  ])('is reported with the name that was probably meant: %s', (name, meant) => {
    const sentence = `There is no setting ${name}. You probably mean ${meant}. Correct the name, or remove the setting.`;
    expect(() => readConfig({ ...deployed, [name]: '1' })).toThrow(new ConfigError(sentence));
  });

  test.each(['SCIM_TEST_TABLES', 'SCIM_NEWER_THAN_THIS', 'TABLES', 'SCIM'])(
    'is not reported if it resembles no setting, because a newer version may have it: %s',
    (name) => {
      expect(readConfig({ ...deployed, [name]: '1' })).toEqual(readConfig(deployed));
    },
  );

  test('is ignored if it is empty', () => {
    expect(readConfig({ ...deployed, SCIM_TABLE: '' })).toEqual(readConfig(deployed));
  });

  test('is reported when a required setting is missing, even if it resembles none', () => {
    const { SCIM_PUBLIC_URL: value, ...rest } = deployed;
    expect(() => readConfig({ ...rest, SCIM_URL: value })).toThrow(
      'The setting SCIM_PUBLIC_URL is missing (SCIM_URL is set, but there is no such setting)',
    );
  });
});
