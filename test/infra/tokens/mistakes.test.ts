import { CredentialUnavailableError } from '@azure/identity';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { token } from '../../../infra/commands/token.ts';
import { type KeyVaultStandIn, type Mood, startKeyVault } from '../../stand-ins/key-vault.ts';
import { operatorOf } from './run-token.ts';

let vault: KeyVaultStandIn;

beforeAll(async () => {
  vault = await startKeyVault();
});

beforeEach(() => {
  vault.behave('well');
  vault.calls.splice(0);
});

afterAll(async () => {
  await vault.stop();
});

const issue = ['issue', '--service', 'advisors', '--tenant', 'contoso'];
const rotate = ['rotate', '--service', 'advisors', '--tenant', 'contoso'];

describe('a mistake on the command line', () => {
  test.each([
    [[], /^The first word must be one of issue, list, rotate, revoke\./],
    [['delete', '--tenant', 'contoso'], /^The first word must be one of issue, list, rotate, revoke\./],
    [['issue', 'rotate'], /^The first word must be one of/],
    [['issue', '--tenant', 'contoso'], /^--service must be one of advisors, rooms or all\./],
    [['issue', '--service', 'desks', '--tenant', 'contoso'], /^--service must be one of advisors, rooms or all\./],
    [['list', '--service', 'desks'], /^--service must be/],
    [['issue', '--service', 'all'], /^--tenant must be 1 to 40 characters/],
    [['issue', '--service', 'all', '--tenant', 'Contoso'], /^--tenant must be 1 to 40 characters/],
    [['issue', '--service', 'all', '--tenant', 'a_b'], /^--tenant must be/],
    [['list', '--tenant', ''], /^--tenant must be/],
    [['revoke', '--service', 'all', '--tenant', 'x'.repeat(41)], /^--tenant must be/],
    [[...rotate, '--overlap', '7'], /^--overlap must be a number of days, hours or minutes/],
    [[...rotate, '--overlap', '-1d'], /^Option '--overlap' argument is ambiguous/],
    [[...rotate, '--overlap', 'soon'], /^--overlap must be a number/],
    [[...issue, '--expires', '1y'], /^--expires must be a number/],
    [[...issue, '--expires', '0'], /^--expires must be longer than 0/],
    [[...issue, '--expires', '9000d'], /^--expires must end by 2038-01-19/],
    [[...issue, '--overlap', '7d'], /^--overlap can be used only with rotate\./],
    [['list', '--expires', '7d'], /^--expires can be used only with issue and rotate\./],
    [[...issue, '--force'], /^Unknown option '--force'/],
    [[...issue, '--vault', 'http://vault'], /^The key vault must be an https address/],
  ])('is refused with a message: %j', async (argv, sentence) => {
    const { code, output, errors } = await operatorOf(vault).run(...argv);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(sentence);
    expect(vault.calls.filter((call) => !call.startsWith('GET '))).toEqual([]);
  });

  test('is refused if it is a misspelt setting', async () => {
    const operator = operatorOf(vault, { SCIM_KEY_VAULT_URI: '', SCIM_KEYVAULT_URI: vault.uri });
    expect(await operator.run(...issue)).toMatchObject({
      code: 1,
      errors:
        'There is no setting SCIM_KEYVAULT_URI. You probably mean SCIM_KEY_VAULT_URI. Correct the name, or remove the setting.\n',
    });
  });

  test('is refused if it is a missing key vault', async () => {
    const { code, errors } = await operatorOf(vault, { SCIM_KEY_VAULT_URI: '' }).run(...issue);
    expect(code).toBe(1);
    expect(errors).toMatch(/^No key vault is named: set SCIM_KEY_VAULT_URI, or use --vault/);
  });

  test('is refused before any change if it is an overlap beyond 2038', async () => {
    await operatorOf(vault).run('issue', '--service', 'rooms', '--tenant', 'contoso');
    vault.calls.splice(0);
    const { errors } = await operatorOf(vault).run(
      'rotate',
      '--service',
      'rooms',
      '--tenant',
      'contoso',
      '--overlap',
      '9000d',
    );
    expect(errors).toMatch(/^--overlap must end by 2038-01-19/);
    expect(vault.calls).toEqual([]);
  });

  test('can be avoided with --help, which shows the usage', async () => {
    const { code, output } = await operatorOf(vault).run('--help');
    expect(code).toBe(0);
    expect(output).toContain('npm run token -- issue|list|rotate|revoke --service advisors|rooms|all --tenant <name>');
  });
});

describe('a key vault that fails', () => {
  test.each<[Mood, RegExp]>([
    ['forbidden', /^The key vault https:\S+ does not allow this: you need the role Key Vault Secrets Officer on it/],
    ['throttled', /is busy or unavailable \(429\): try again later\.$/],
    ['broken', /is busy or unavailable \(500\): try again later\.$/],
    ['cut', /^The key vault https:\S+ cannot be reached \(\w+\)/],
  ])('ends the command with a message: %s', async (mood, sentence) => {
    vault.behave(mood);
    const { code, output, errors } = await operatorOf(vault).run('list');
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors.trim()).toMatch(sentence);
    expect(errors.trim()).not.toContain('\n');
  });

  test('is named if no server listens at its address', async () => {
    const { code, errors } = await operatorOf(vault).run('list', '--vault', 'https://127.0.0.1:1');
    expect(code).toBe(1);
    expect(errors).toMatch(/^The key vault https:\/\/127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/);
  });

  test('is distinguished from a missing sign-in to Azure', async () => {
    const errors: string[] = [];
    const code = await token(['list'], {
      output: { write: () => undefined },
      errors: { write: (text) => errors.push(text) },
      environment: { SCIM_KEY_VAULT_URI: vault.uri },
      now: () => new Date(),
      credential: () => ({
        getToken: () => Promise.reject(new CredentialUnavailableError('None of the ways worked.')),
      }),
      vaultClient: vault.client,
      ask: async () => '',
    });
    expect(code).toBe(1);
    expect(errors).toEqual([
      'You are not signed in to Azure, or your sign-in has expired: run az login and try again.\n',
    ]);
  });
});
