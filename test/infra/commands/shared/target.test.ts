import { describe, expect, test } from '@jest/globals';
import { describeTarget, targetOf } from '../../../../infra/commands/shared/target.ts';

const vault = (name: string) => `https://${name}.vault.azure.net`;
const account = (name: string) => `https://${name}.table.core.windows.net`;
const AZURITE =
  'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:10002/devstoreaccount1';

describe('a target', () => {
  test.each([
    [
      account('stdbookmew6hne7'),
      vault('kv-bookme-w6hne7'),
      { SCIM_PUBLIC_URL: 'https://api.booking.andmoney.dk/' },
      'Target: storage account stdbookmew6hne7, key vault kv-bookme-w6hne7; environment production (https://api.booking.andmoney.dk/).\n',
    ],
    [
      account('stdbookmew6hne7'),
      undefined,
      { SCIM_PUBLIC_URL: 'https://api.test-env.booking.andmoney.dk' },
      'Target: storage account stdbookmew6hne7; environment test (https://api.test-env.booking.andmoney.dk).\n',
    ],
    [
      undefined,
      vault('kv-bookme-w6hne7'),
      {},
      'Target: key vault kv-bookme-w6hne7; environment unknown (set SCIM_PUBLIC_URL to show it).\n',
    ],
    [
      AZURITE,
      'https://localhost:4711',
      {},
      'Target: storage account devstoreaccount1 on this machine, key vault localhost:4711 on this machine; environment local.\n',
    ],
    [
      'UseDevelopmentStorage=true',
      undefined,
      {},
      'Target: storage account devstoreaccount1 on this machine; environment local.\n',
    ],
    [
      'DefaultEndpointsProtocol=https;AccountName=tablesofprod;AccountKey=YQ==',
      undefined,
      {},
      'Target: storage account tablesofprod; environment production.\n',
    ],
    [
      account('mytables'),
      vault('mysecrets'),
      {},
      'Target: storage account mytables, key vault mysecrets; environment unknown (set SCIM_PUBLIC_URL to show it).\n',
    ],
  ])('of %s and %s is described', (tables, uri, environment, sentence) => {
    expect(describeTarget(targetOf({ tables, vault: uri }, environment))).toBe(sentence);
  });

  test.each([
    ['another deployment', account('stdbookmejjgmrc'), vault('kv-bookme-w6hne7'), 'stdbookmew6hne7'],
    ['another prefix', account('stdothersw6hne7'), vault('kv-bookme-w6hne7'), 'stdbookmew6hne7'],
    ["the host's storage", account('sthbookmew6hne7'), vault('kv-bookme-w6hne7'), 'stdbookmew6hne7'],
    ['an account no deployment made', account('mytables'), vault('kv-bookme-w6hne7'), 'stdbookmew6hne7'],
    ['a vault no deployment made', account('stdbookmew6hne7'), vault('mysecrets'), ''],
    ['tables on this machine', AZURITE, vault('kv-bookme-w6hne7'), 'stdbookmew6hne7'],
    ['a vault on this machine', account('mytables'), 'https://127.0.0.1:4711', ''],
  ])('is refused with %s', (_, tables, uri, partner) => {
    const target = () => targetOf({ tables, vault: uri }, {});
    expect(target).toThrow('do not belong together');
    expect(target).toThrow(partner);
  });

  test.each([
    [
      account('bookmetest'),
      vault('bookme-prod'),
      {},
      'bookme-prod belongs to production, the storage account bookmetest to test',
    ],
    [
      undefined,
      vault('bookme-test'),
      { SCIM_PUBLIC_URL: 'https://api.booking.andmoney.dk' },
      'belongs to test, the address SCIM_PUBLIC_URL (https://api.booking.andmoney.dk) to production',
    ],
  ])('of two environments is refused: %s %s', (tables, uri, environment, sentence) => {
    expect(() => targetOf({ tables, vault: uri }, environment)).toThrow(sentence);
  });

  test('includes the key vault in the settings if the command names none, but does not describe it', () => {
    const settings = { SCIM_TABLES: account('stdbookmew6hne7'), SCIM_KEY_VAULT_URI: vault('kv-bookme-w6hne7') };
    const target = targetOf({ tables: settings.SCIM_TABLES, vault: undefined }, settings);
    expect(target.vault).toBe(settings.SCIM_KEY_VAULT_URI);
    expect(describeTarget(target)).toMatch(/^Target: storage account stdbookmew6hne7; environment /);
    const wrong = { ...settings, SCIM_KEY_VAULT_URI: vault('kv-bookme-jjgmrc') };
    expect(() => targetOf({ tables: settings.SCIM_TABLES, vault: undefined }, wrong)).toThrow('do not belong together');
  });
});
