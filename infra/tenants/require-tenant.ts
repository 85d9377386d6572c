import { CommandError } from '../commands/shared/command-error.ts';
import type { TenantSecret } from '../tokens/list.ts';
import type { Kept } from './kept.ts';

/** Reads a tenant's secrets. */
export type ReadSecrets = () => Promise<readonly TenantSecret[]>;

/**
 * Throws CommandError where nothing is kept of the tenant in any service and it has no token: a mistyped name would look like a bank without a trouble.
 * The secrets are read only where there are no rows; they are undefined where no key vault is named.
 */
export async function requireTenant(kepts: readonly Kept[], readSecrets: ReadSecrets | undefined): Promise<void> {
  for (const kept of kepts) if (await kept.hasRows()) return;
  if (readSecrets && (await readSecrets()).length > 0) return;
  const tokens = readSecrets ? ', and it has no token' : '; tokens are not known, because no key vault is named';
  throw new CommandError(
    `Nothing is kept of a tenant ${kepts[0]?.tenant}${tokens}. Check the name with npm run tenant -- list.`,
  );
}
