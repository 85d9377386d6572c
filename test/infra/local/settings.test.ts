import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readPort, readSettings } from '../../../infra/local/settings.ts';
import { readConfig } from '../../../shared/config.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bookme-settings-'));
  file = join(folder, 'local.settings.json');
});

afterEach(() => rm(folder, { recursive: true }));

const writeValues = (Values: unknown): Promise<void> => writeFile(file, JSON.stringify({ IsEncrypted: false, Values }));

const readValues = async (): Promise<Record<string, string>> => JSON.parse(await readFile(file, 'utf8')).Values;

const tokensOf = (settings: Readonly<Record<string, string>>): Record<string, Record<string, string[]>> =>
  JSON.parse(settings['SCIM_TOKENS'] ?? '{}');

describe('without a settings file', () => {
  test('creates one that only its owner can read, in the form of Core Tools', async () => {
    readSettings(file, {}, 7071);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      IsEncrypted: false,
      Values: { FUNCTIONS_WORKER_RUNTIME: 'node' },
    });
  });

  test('creates settings with which the service starts', () => {
    const settings = readSettings(file, { SCIM_TABLES: 'UseDevelopmentStorage=true' }, 7071);
    expect(readConfig(settings)).toMatchObject({ publicUrl: 'http://localhost:7071', tokens: { from: 'settings' } });
  });

  test('makes a token for each sample tenant and service, all different, and keeps them', async () => {
    const settings = readSettings(file, {}, 7071);
    const { advisors, rooms } = tokensOf(settings);
    const tokens = [advisors, rooms].flatMap((tenants) => [tenants?.['contoso'], tenants?.['fabrikam']]).flat();
    expect(new Set(tokens).size).toBe(4);
    for (const token of tokens) expect(token).toMatch(/^(contoso|fabrikam)\.[\w-]{43}$/);
    expect(readSettings(file, {}, 7071)['SCIM_TOKENS']).toBe(settings['SCIM_TOKENS']);
    expect(await readValues()).toMatchObject({
      SCIM_TOKENS: settings['SCIM_TOKENS'],
      FUNCTIONS_WORKER_RUNTIME: 'node',
    });
  });
});

describe('the environment', () => {
  test('overrides the file, but not with an empty value', async () => {
    await writeValues({ SCIM_TOKENS: '{}', SCIM_TABLES: 'of the file', OTHER: 'of the file' });
    const settings = readSettings(file, { SCIM_TABLES: 'of the environment', OTHER: '' }, 7071);
    expect(settings).toMatchObject({ SCIM_TABLES: 'of the environment', OTHER: 'of the file', SCIM_TOKENS: '{}' });
  });

  test("replaces the file's source of tokens, of either kind", async () => {
    await writeValues({ SCIM_TOKENS: '{}' });
    expect(readSettings(file, { SCIM_KEY_VAULT_URI: 'https://vault' }, 7071)).not.toHaveProperty('SCIM_TOKENS');
    await writeValues({ SCIM_KEY_VAULT_URI: 'https://vault' });
    expect(readSettings(file, { SCIM_TOKENS: '{}' }, 7071)).not.toHaveProperty('SCIM_KEY_VAULT_URI');
  });

  test('keeps generated tokens out of the file if it names a source of tokens', async () => {
    readSettings(file, { SCIM_TOKENS: '{}' }, 7071);
    expect(await readValues()).toMatchObject({ SCIM_TOKENS: '' });
  });
});

describe('SCIM_PUBLIC_URL', () => {
  test.each([
    ['follows PORT without a setting', '', '', 'http://localhost:8080'],
    ['follows PORT where the file names this machine', 'http://localhost:7071', '', 'http://localhost:8080'],
    ['is the address of another machine in the file', 'https://scim.example.com', '', 'https://scim.example.com'],
    ['is that of the environment before all', 'https://scim.example.com', 'http://127.0.0.1:9', 'http://127.0.0.1:9'],
  ])('%s', async (_name, inFile, given, expected) => {
    await writeValues({ SCIM_TOKENS: '{}', SCIM_PUBLIC_URL: inFile });
    expect(readSettings(file, { SCIM_PUBLIC_URL: given }, 8080)['SCIM_PUBLIC_URL']).toBe(expected);
  });
});

test.each([
  ['no JSON', '{"Values": {'],
  ['no object', '[]'],
  ['no Values', '{"IsEncrypted": false}'],
  ['a value that is no text', '{"Values": {"A": 1}}'],
  ['encrypted values', '{"IsEncrypted": true, "Values": {"A": "x"}}'],
])('refuses a settings file with %s', async (_name, content) => {
  await writeFile(file, content);
  expect(() => readSettings(file, {}, 7071)).toThrow(/^local\.settings\.json is not valid: /);
  expect(await readFile(file, 'utf8')).toBe(content);
});

describe('PORT', () => {
  test.each([
    [undefined, 7071],
    ['', 7071],
    ['8080', 8080],
    ['65535', 65_535],
  ])('of %j is port %d', (PORT, expected) => {
    expect(readPort({ PORT })).toBe(expected);
  });

  test.each(['0', '65536', '-1', '80.5', 'http', '80a'])('of %j is refused', (PORT) => {
    expect(() => readPort({ PORT })).toThrow(`PORT must be a number from 1 to 65535, not "${PORT}".`);
  });
});
