import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type KeyVaultStandIn, startKeyVault } from '../../stand-ins/key-vault.ts';
import { changesIn, contoso, DAY, MINUTE, type Operator, ofAll, operatorOf, tokensIn } from './run-token.ts';

let vault: KeyVaultStandIn;
let operator: Operator;

beforeEach(async () => {
  vault = await startKeyVault();
  operator = operatorOf(vault);
});
afterEach(() => vault.stop());

describe('issue', () => {
  test('prints once a token that the service accepts for this tenant, and does not let it expire', async () => {
    const { code, output, errors } = await operator.run('issue', ...contoso);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    const [token, ...more] = tokensIn(output);
    expect(more).toEqual([]);
    expect(output).toContain('Expires       never');
    const accepts = operator.startInstance();
    expect(await accepts('advisors', token)).toBe('contoso');
    expect(await accepts('rooms', token)).toBe(401);
    operator.pass(3_650 * DAY);
    expect(await accepts('advisors', token)).toBe('contoso');
  });

  test('prints the Tenant URL if SCIM_PUBLIC_URL is set', async () => {
    const { output } = await operatorOf(vault, { SCIM_PUBLIC_URL: 'https://api.example.com/' }).run(
      'issue',
      ...contoso,
    );
    expect(output).toContain('Tenant URL    https://api.example.com/advisors/scim\n');
  });

  test('makes one token for all services, in addition to the token of a service, and prints every Tenant URL with it', async () => {
    const own = await operator.issue();
    const urls = operatorOf(vault, { SCIM_PUBLIC_URL: 'https://api.example.com' });
    const { output } = await urls.run('issue', ...ofAll);
    const [token, ...more] = tokensIn(output);
    expect(more).toEqual([]);
    expect(output).toContain('The Secret Token of contoso for all services.');
    for (const service of ['advisors', 'rooms']) expect(output).toContain(`https://api.example.com/${service}/scim\n`);
    const accepts = operator.startInstance();
    expect([await accepts('advisors', token), await accepts('rooms', token)]).toEqual(['contoso', 'contoso']);
    expect([await accepts('advisors', own), await accepts('rooms', own)]).toEqual(['contoso', 401]);
    expect((await operator.run('issue', ...ofAll)).errors).toMatch(/^contoso already has a token for all services/);
  });

  test('leaves one valid version if the answer to its request was lost', async () => {
    vault.behave('lost', (call) => call.startsWith('PUT '));
    vault.watch((call) => {
      if (call.startsWith('GET ') && changesIn(vault).length > 0) vault.behave('well');
    });
    const token = await operator.issue();
    expect(await operator.startInstance()('advisors', token)).toBe('contoso');
    expect((await operator.run('list', ...contoso)).output).toMatch(/ {2}valid {2}.* {2}1 {2}/);
  });

  test('says how long to wait if Key Vault asks clients to wait', async () => {
    vault.behave('busy');
    const { code, errors } = await operator.run('issue', ...contoso);
    expect(code).toBe(1);
    expect(errors).toMatch(/is busy \(429 Throttled\) and asks clients to wait 60 seconds: try again after that\.\n$/);
  });

  test('lets a token expire with --expires', async () => {
    const token = await operator.issue('--expires', '2h');
    const accepts = operator.startInstance();
    operator.pass(119 * MINUTE);
    expect(await accepts('advisors', token)).toBe('contoso');
    operator.pass(2 * MINUTE);
    expect(await accepts('advisors', token)).toBe(401);
  });

  test('refuses to make a second token', async () => {
    await operator.issue();
    vault.calls.splice(0);
    const { code, output, errors } = await operator.run('issue', ...contoso);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(/^contoso already has a token for advisors: use rotate/);
    expect(changesIn(vault)).toEqual([]);
  });

  test('gives a new token to a tenant whose token was revoked or has expired', async () => {
    await operator.issue();
    await operator.run('revoke', ...contoso, '--yes');
    const short = await operator.issue('--expires', '1h');
    operator.pass(2 * 60 * MINUTE);
    const token = await operator.issue();
    const accepts = operator.startInstance();
    expect([await accepts('advisors', short), await accepts('advisors', token)]).toEqual([401, 'contoso']);
  });

  test('says how to recover or purge a deleted secret that still has the name', async () => {
    await operator.issue();
    vault.secrets.remove('scim-advisors-contoso');
    const refused = await operator.run('issue', ...contoso);
    expect(refused).toMatchObject({ code: 1, output: '' });
    expect(refused.errors).toContain('az keyvault secret recover --vault-name 127 --name scim-advisors-contoso');
    expect(refused.errors).toContain('az keyvault secret purge --vault-name 127 --name scim-advisors-contoso');
    vault.secrets.purge('scim-advisors-contoso');
    expect(await operator.run('issue', ...contoso)).toMatchObject({ code: 0 });
  });

  test('says so even if the secret is deleted after the command looked for it', async () => {
    await operator.issue();
    await operator.run('revoke', ...contoso, '--yes');
    vault.watch((call) => {
      if (call.startsWith('PUT ')) vault.secrets.remove('scim-advisors-contoso');
    });
    const { code, errors } = await operator.run('issue', ...contoso);
    expect(code).toBe(1);
    expect(errors).toMatch(/^A deleted secret still reserves the name scim-advisors-contoso/);
  });
});
