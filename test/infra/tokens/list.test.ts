import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { tokenFingerprint } from '../../../shared/auth/token.ts';
import { type KeyVaultStandIn, startKeyVault } from '../../stand-ins/key-vault.ts';
import { contoso, MINUTE, type Operator, operatorOf, tokensIn } from './run-token.ts';

let vault: KeyVaultStandIn;
let operator: Operator;

beforeEach(async () => {
  vault = await startKeyVault();
  operator = operatorOf(vault);
});
afterEach(() => vault.stop());

describe('list', () => {
  const lines = (output: string) =>
    output
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));

  test('shows the state of each tenant and service, and never a token', async () => {
    const tokens = [await operator.issue('--expires', '10d')];
    tokens.push(...tokensIn((await operator.run('rotate', ...contoso)).output));
    tokens.push(...tokensIn((await operator.run('issue', '--service', 'rooms', '--tenant', 'bank-1')).output));
    await operator.run('revoke', '--service', 'rooms', '--tenant', 'bank-1', '--yes');
    vault.calls.splice(0);
    const { code, output } = await operator.run('list');
    expect(code).toBe(0);
    const [headings, bank, advisors, ...more] = lines(output);
    expect(headings).toEqual([
      'service',
      'tenant',
      'state',
      'created',
      'last rotated',
      'expires',
      'valid now',
      'older ones until',
      'fingerprints',
    ]);
    expect(bank?.slice(0, 3)).toEqual(['rooms', 'bank-1', 'revoked']);
    expect(bank?.slice(4)).toEqual(['never', 'never', '0', '-', '-']);
    expect(advisors?.slice(0, 3)).toEqual(['advisors', 'contoso', 'valid']);
    const date = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
    expect(advisors?.slice(3, -1)).toEqual([date, date, 'never', '2', date]);
    expect(advisors?.at(-1)?.split(' ').toSorted()).toEqual(tokens.slice(0, 2).map(tokenFingerprint).toSorted());
    expect(more).toEqual([]);
    for (const token of tokens) expect(output).not.toContain(token.slice(-43));
    expect(vault.calls.filter((call) => !/^GET \/secrets(\/[^/]+\/versions)?$/.test(call))).toEqual([]);
  });

  test('says so if more than one token has no expiry date', async () => {
    const twice = await operator.issue();
    expect((await operator.run('list')).output).not.toContain('more than one');
    vault.secrets.set('scim-advisors-contoso', { value: twice });
    expect((await operator.run('list')).output).toContain(
      'contoso, advisors: more than one token is accepted and none of them expires. Unless all are in use, let the old ones expire with rotate --service advisors',
    );
  });

  test('distinguishes an expired token from a valid one', async () => {
    await operator.issue('--expires', '1h');
    const state = async () => lines((await operator.run('list', ...contoso)).output)[1]?.[2];
    expect(await state()).toBe('valid');
    operator.pass(61 * MINUTE);
    expect(await state()).toBe('expired');
  });

  test('shows one tenant or one service if they are named', async () => {
    for (const service of ['advisors', 'rooms'])
      await operator.run('issue', '--service', service, '--tenant', 'contoso');
    await operator.run('issue', '--service', 'rooms', '--tenant', 'contoso-2');
    await operator.run('issue', '--service', 'all', '--tenant', 'contoso-3');
    const shown = async (...argv: string[]) =>
      lines((await operator.run('list', ...argv)).output)
        .slice(1)
        .map(([a, b]) => `${b} ${a}`);
    expect(await shown('--tenant', 'contoso')).toEqual(['contoso advisors', 'contoso rooms']);
    expect(await shown('--service', 'rooms')).toEqual(['contoso rooms', 'contoso-2 rooms', 'contoso-3 all']);
    expect(await shown('--service', 'all')).toEqual(['contoso-3 all']);
    expect((await operator.run('list', '--tenant', 'nobody')).output).toBe('nobody has no tokens.\n');
  });

  test('shows every tenant of a vault with more than one page, and no other secrets', async () => {
    for (let index = 0; index < 30; index += 1) vault.secrets.set(`scim-rooms-bank-${index}`, { value: 'x' });
    vault.secrets.set('storage-password', { value: 'x' });
    vault.secrets.set('scim-desks-contoso', { value: 'x' });
    expect(lines((await operator.run('list')).output)).toHaveLength(31);
  });
});
