import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { targetOf } from '../../../infra/commands/shared/target.ts';
import { requireTenant } from '../../../infra/tenants/known-tenant.ts';
import { type Ground, openGround } from './bank.ts';

let ground: Ground;

beforeAll(async () => {
  ground = await openGround();
});

afterAll(async () => {
  await ground.stop();
});

/** Looks for the tenant in the ground's tables and its key vault, or only in the tables. */
const look = (tenant: string, { alone = false } = {}) =>
  requireTenant(tenant, targetOf({ tables: ground.tables, vault: alone ? undefined : ground.vault.uri }, {}), {
    credential: () => ground.vault.credential,
    vaultClient: { ...ground.vault.client, retryOptions: { maxRetries: 0 } },
  });

describe('a tenant is known', () => {
  test('by a row in the table of any service, without a call to the vault', async () => {
    await ground.provision('rooms', 'contoso', 1);
    ground.vault.behave('forbidden');
    await expect(look('contoso')).resolves.toBeUndefined();
    ground.vault.behave('well');
  });

  test('by a token without rows, for one service or for all', async () => {
    ground.vault.secrets.set('scim-all-fabrikam', { value: 'x' });
    ground.vault.secrets.set('scim-advisors-adatum', { value: 'x', attributes: { enabled: false } });
    await expect(look('fabrikam')).resolves.toBeUndefined();
    await expect(look('adatum')).resolves.toBeUndefined();
  });
});

describe('a tenant is refused', () => {
  test('that has neither, even if its name is the start of another name', async () => {
    await ground.provision('rooms', 'contos-2', 1);
    await expect(look('contos')).rejects.toThrow(
      /^The tenant contos has no row in the storage account \S+ on this machine and no token in the key vault \S+ on this machine\. Check its name: /,
    );
  });

  test('that has no row if no key vault is named', async () => {
    ground.vault.secrets.set('scim-all-fabrikam', { value: 'x' });
    await expect(look('fabrikam', { alone: true })).rejects.toThrow(
      '(its tokens are unknown, because no key vault is named)',
    );
  });
});
