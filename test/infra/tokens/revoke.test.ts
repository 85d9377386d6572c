import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type KeyVaultStandIn, startKeyVault } from '../../stand-ins/key-vault.ts';
import { changesIn, contoso, MINUTE, type Operator, ofAll, operatorOf, tokensIn } from './run-token.ts';

let vault: KeyVaultStandIn;
let operator: Operator;

beforeEach(async () => {
  vault = await startKeyVault();
  operator = operatorOf(vault);
});
afterEach(() => vault.stop());

describe('revoke', () => {
  test('disables every token, and no instance accepts one after the 5 minutes that it announces', async () => {
    const old = await operator.issue();
    const [token] = tokensIn((await operator.run('rotate', ...contoso)).output);
    const accepts = operator.startInstance();
    expect([await accepts('advisors', old), await accepts('advisors', token)]).toEqual(['contoso', 'contoso']);
    const { code, output } = await operator.run('revoke', ...contoso, '--yes');
    expect(code).toBe(0);
    expect(output).toMatch(/^contoso, advisors: revoked, 2 tokens disabled\.\n/);
    expect(output).toContain('for up to 5 more minutes');
    operator.pass(4 * MINUTE - 1);
    expect(await accepts('advisors', token)).toBe('contoso');
    operator.pass(MINUTE + 1);
    expect([await accepts('advisors', old), await accepts('advisors', token)]).toEqual([401, 401]);
    expect(await operator.startInstance()('advisors', token)).toBe(401);
  });

  test('announces the hour for which an instance that cannot reach the key vault accepts a token', async () => {
    const token = await operator.issue();
    const accepts = operator.startInstance();
    expect(await accepts('advisors', token)).toBe('contoso');
    expect((await operator.run('revoke', ...contoso, '--yes')).output).toContain(
      'cannot reach the vault may accept it for up to 1 more hour',
    );
    vault.behave('cut');
    operator.pass(65 * MINUTE - 1);
    expect(await accepts('advisors', token)).toBe('contoso');
    operator.pass(1);
    expect(await accepts('advisors', token)).toBe(503);
  });

  test('revokes all tokens of the tenant if no service is named', async () => {
    await operator.issue();
    await operator.run('issue', ...ofAll);
    const { code, output } = await operator.run('revoke', '--tenant', 'contoso', '--yes');
    expect(code).toBe(0);
    expect(output).toMatch(
      /^contoso, advisors: revoked, 1 token disabled\.\ncontoso, rooms: has no token\.\ncontoso, all services: revoked, 1 token disabled\.\n/,
    );
    expect(output).not.toContain('Still accepted');
    expect((await operator.run('revoke', ...contoso, '--yes')).output).toMatch(
      /^contoso, advisors: was already revoked\.\n/,
    );
  });

  test('names the other tokens that a service still accepts', async () => {
    const own = await operator.issue();
    const [shared] = tokensIn((await operator.run('issue', ...ofAll)).output);
    const { output } = await operator.run('revoke', ...contoso, '--yes');
    expect(output).toContain(
      'Still accepted: the token of contoso for all services. To revoke it as well, use revoke --service all.',
    );
    const accepts = operator.startInstance();
    expect([await accepts('advisors', own), await accepts('advisors', shared)]).toEqual([401, 'contoso']);
    await operator.issue();
    expect((await operator.run('revoke', ...ofAll, '--yes')).output).toContain(
      'the token of contoso for advisors. To revoke it',
    );
  });

  test("asks for the tenant's name, and changes nothing if something else is typed", async () => {
    const token = await operator.issue();
    for (const typed of ['', 'contos', 'yes']) {
      operator.types(typed);
      vault.calls.splice(0);
      const { code, errors, questions } = await operator.run('revoke', '--tenant', 'contoso');
      expect(questions).toEqual([
        "This disables 1 token of contoso for advisors and rooms and all services: requests that use it will then fail. Type the tenant's name to continue: ",
      ]);
      expect({ code, errors }).toEqual({
        code: 1,
        errors: "Nothing was changed: what you typed is not the tenant's name. (Scripts use --yes.)\n",
      });
      expect(changesIn(vault)).toEqual([]);
    }
    operator.types('contoso');
    expect(await operator.run('revoke', ...contoso)).toMatchObject({ code: 0 });
    expect(await operator.startInstance()('advisors', token)).toBe(401);
  });

  test('does not ask if there is nothing to disable', async () => {
    await operator.issue();
    await operator.run('revoke', ...contoso, '--yes');
    expect(await operator.run('revoke', ...contoso)).toMatchObject({ code: 0, questions: [] });
  });

  test('refuses to revoke a token that does not exist', async () => {
    expect(await operator.run('revoke', '--tenant', 'contoso', '--yes')).toMatchObject({
      code: 1,
      output: '',
      errors: 'contoso has no token for advisors or rooms or all services: there is nothing to revoke.\n',
    });
  });
});
