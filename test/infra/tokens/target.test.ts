import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type KeyVaultStandIn, startKeyVault } from '../../stand-ins/key-vault.ts';
import { contoso, type Operator, operatorOf } from './run-token.ts';

let vault: KeyVaultStandIn;
let operator: Operator;

beforeEach(async () => {
  vault = await startKeyVault();
  operator = operatorOf(vault);
});
afterEach(() => vault.stop());

describe('the target', () => {
  test.each([['issue'], ['rotate'], ['revoke']])('is the first line that %s prints', async (action) => {
    const { place } = await operator.run(action, ...contoso);
    expect(place).toMatch(/^Target: key vault (localhost|127\.0\.0\.1):\d+ on this machine; environment local/);
  });

  test('is refused if the shell names the storage account of another environment', async () => {
    const mixed = operatorOf(vault, { SCIM_TABLES: 'https://stdbookmejjgmrc.table.core.windows.net' });
    const { code, errors } = await mixed.run('issue', ...contoso);
    expect(code).toBe(1);
    expect(errors).toMatch(/^The key vault .* and the storage account stdbookmejjgmrc do not belong together\./);
    expect(vault.calls).toEqual([]);
  });
});
