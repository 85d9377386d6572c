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

describe('rotate', () => {
  test('makes a new token at once and keeps the old one valid for seven days', async () => {
    const old = await operator.issue();
    const { code, output } = await operator.run('rotate', ...contoso);
    expect(code).toBe(0);
    const [token] = tokensIn(output);
    const end = new Date(operator.now().getTime() + 7 * DAY).toISOString().slice(0, 16).replace('T', ' ');
    expect(output).toContain(`The old token is accepted until ${end} UTC`);
    const accepts = operator.startInstance();
    operator.pass(7 * DAY - MINUTE);
    expect([await accepts('advisors', old), await accepts('advisors', token)]).toEqual(['contoso', 'contoso']);
    operator.pass(2 * MINUTE);
    expect([await accepts('advisors', old), await accepts('advisors', token)]).toEqual([401, 'contoso']);
  });

  test('gives the old token the chosen overlap, and the new one the chosen expiry', async () => {
    const old = await operator.issue();
    const [token] = tokensIn((await operator.run('rotate', ...contoso, '--overlap', '12h', '--expires', '1d')).output);
    const accepts = operator.startInstance();
    operator.pass(13 * 60 * MINUTE);
    expect([await accepts('advisors', old), await accepts('advisors', token)]).toEqual([401, 'contoso']);
    operator.pass(12 * 60 * MINUTE);
    expect(await accepts('advisors', token)).toBe(401);
  });

  test('never lengthens the life of a token that ends before the overlap', async () => {
    const old = await operator.issue('--expires', '1h');
    const { output } = await operator.run('rotate', ...contoso);
    const end = new Date(operator.now().getTime() + 60 * MINUTE).toISOString().slice(0, 16).replace('T', ' ');
    expect(output).toContain(`The old token is accepted until ${end} UTC`);
    operator.pass(61 * MINUTE);
    expect(await operator.startInstance()('advisors', old)).toBe(401);
  });

  test('ends the old token now if the overlap is 0', async () => {
    const old = await operator.issue();
    const { output } = await operator.run('rotate', ...contoso, '--overlap', '0', '--yes');
    const accepts = operator.startInstance();
    expect(await accepts('advisors', old)).toBe(401);
    expect(await accepts('advisors', tokensIn(output)[0])).toBe('contoso');
    expect(output).toContain('for up to 5 more minutes');
  });

  test('asks first if it ends the old token now', async () => {
    const old = await operator.issue();
    const { code, questions } = await operator.run('rotate', ...contoso, '--overlap', '0');
    expect(code).toBe(1);
    expect(questions).toEqual([expect.stringContaining('until the administrator enters the new one')]);
    expect(await operator.startInstance()('advisors', old)).toBe('contoso');
  });

  test('works within 30 seconds in an instance that has cached the old token', async () => {
    const accepts = operator.startInstance();
    expect(await accepts('advisors', await operator.issue())).toBe('contoso');
    const [token] = tokensIn((await operator.run('rotate', ...contoso)).output);
    operator.pass(30_000);
    expect(await accepts('advisors', token)).toBe('contoso');
  });

  test('disables a token that would become valid only after the overlap', async () => {
    const nbf = Math.floor(operator.now().getTime() / 1_000) + 30 * 24 * 3_600;
    vault.secrets.set('scim-advisors-contoso', { value: 'x', attributes: { nbf } });
    expect((await operator.run('list', ...contoso)).output).toMatch(/ {2}not yet valid {2}/);
    expect(await operator.run('rotate', ...contoso)).toMatchObject({ code: 0 });
    operator.pass(31 * DAY);
    expect((await operator.run('list', ...contoso)).output).toMatch(/ {2}valid {2}.* {2}1 {2}/);
  });

  test('refuses to rotate a token that does not exist or was revoked', async () => {
    await operator.issue();
    vault.calls.splice(0);
    expect(await operator.run('rotate', ...ofAll)).toMatchObject({
      code: 1,
      output: '',
      errors: 'contoso has no valid token for all services to rotate: use issue to make one. Nothing was changed.\n',
    });
    expect(changesIn(vault)).toEqual([]);
    await operator.run('revoke', ...contoso, '--yes');
    expect((await operator.run('rotate', ...contoso)).errors).toMatch(/^contoso has no valid token for advisors/);
  });

  test('prints the new token and says what to do if the old one cannot get an expiry date', async () => {
    await operator.issue();
    vault.watch((call) => {
      if (call.startsWith('PUT ')) vault.behave('broken');
    });
    const { code, output, errors } = await operator.run('rotate', ...contoso);
    expect(code).toBe(1);
    expect(tokensIn(output)).toHaveLength(1);
    expect(errors).toMatch(/no expiry date could be set on the old token, which stays valid\. Run rotate again/);
  });
});
