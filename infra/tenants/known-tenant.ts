import { EVERY_SERVICE } from '../../shared/auth/token-vault.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { services } from '../commands/shared/option-values.ts';
import type { Target } from '../commands/shared/target.ts';
import { readSecrets } from '../tokens/list.ts';
import { openVault, type VaultContext } from '../tokens/vault.ts';
import { openTable } from './tenant-table.ts';

/**
 * Throws CommandError unless the tenant has a row in a table of the target or a token in its key vault: a mistyped name would look like a
 * tenant without problems.
 */
export async function requireTenant(
  tenant: string,
  { tables, vault, account, vaultName }: Target,
  context: Pick<VaultContext, 'credential' | 'vaultClient'>,
): Promise<void> {
  for (const service of tables === undefined ? [] : services)
    if (tables !== undefined && (await openTable(tables, service, context).hasRows(tenant))) return;
  if (vault !== undefined && (await hasToken(tenant, vault, context))) return;
  const places = [
    account === undefined ? [] : `no row in the storage account ${account}`,
    vaultName === undefined ? [] : `no token in the key vault ${vaultName}`,
  ].flat();
  const unknown = vault === undefined ? ' (its tokens are unknown, because no key vault is named)' : '';
  throw new CommandError(
    `The tenant ${tenant} has ${places.join(' and ')}${unknown}. Check its name: npm run tenant -- list shows all tenants.`,
  );
}

const hasToken = async (
  tenant: string,
  vault: string,
  context: Pick<VaultContext, 'credential' | 'vaultClient'>,
): Promise<boolean> => (await readSecrets(openVault(vault, context), [...services, EVERY_SERVICE], tenant)).length > 0;
