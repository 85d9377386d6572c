import { MAX_AGE } from '../../shared/auth/remembered.ts';
import { EVERY_SERVICE, secretName } from '../../shared/auth/token-vault.ts';
import { readSecrets, type TenantSecret } from '../tokens/list.ts';
import { disableAll } from '../tokens/revoke.ts';
import type { Vault } from '../tokens/vault.ts';

const MINUTE = 60_000;

/**
 * How long a client can still write after its token was removed, in milliseconds: instances cache the token for some time, and an accepted request may take
 * some more seconds.
 */
const AFTERLIFE = MAX_AGE + 0.5 * MINUTE;

/** A tenant's tokens in the key vault. */
export interface TenantTokens {
  readonly read: () => Promise<readonly TenantSecret[]>;
  /**
   * Disables every version, so that recovering a secret does not make its tokens valid again, and deletes the secrets. Returns for
   * how many milliseconds instances may still accept the tokens; 0 if none was removed now or recently.
   */
  readonly remove: (now: Date) => Promise<number>;
  /** Whether the vault still contains deleted tokens of the tenant. */
  readonly wereRemoved: () => Promise<boolean>;
}

/** Opens the tenant's tokens for these services and its token for all services. */
export function tokensOf(tenant: string, services: readonly string[], vault: Vault): TenantTokens {
  const scopes = [...services, EVERY_SERVICE];
  const read = () => readSecrets(vault, scopes, tenant);

  async function remove(now: Date): Promise<number> {
    const secrets = await read();
    for (const { scope, versions } of secrets) {
      const name = secretName(scope, tenant);
      await disableAll(name, versions, vault);
      await vault.remove(name);
    }
    return secrets.length > 0 ? AFTERLIFE : remainingOfEarlier(now);
  }

  /** The remaining time if an earlier run removed the tokens and was then interrupted. */
  async function remainingOfEarlier(now: Date): Promise<number> {
    const deletions = await readDeletions();
    const last = Math.max(...deletions.map((deletedOn) => deletedOn?.getTime() ?? 0));
    return Math.min(AFTERLIFE, Math.max(0, last + AFTERLIFE - now.getTime()));
  }

  const readDeletions = () => Promise.all(scopes.map((scope) => vault.deletedOn(secretName(scope, tenant))));

  return {
    read,
    remove,
    wereRemoved: async () => (await readDeletions()).some((deletedOn) => deletedOn !== undefined),
  };
}
