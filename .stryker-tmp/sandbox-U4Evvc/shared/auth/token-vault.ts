// @ts-nocheck
import type { Silent } from './vault-attempts.ts';

/** One version of a tenant's secret. What a version holds never changes, but for its dates. */
export interface TokenVersion {
  /** The vault's name of the version; undefined where it has none, as in settings. */
  readonly version?: string;
  /** Undefined where it was known already, or could not be read. */
  readonly token?: string;
  /** What kept this version alone from being read. */
  readonly failure?: unknown;
  readonly createdOn?: Date;
  readonly notBefore?: Date;
  readonly expiresOn?: Date;
}

/** Where the bearer tokens stand: Key Vault, or the settings of a local environment. */
export interface TokenVault {
  /**
   * All secrets of tokens by their names, with the time of their last change in milliseconds since 1970: that of the newest version, so a new
   * version changes it. Undefined where the vault does not tell. Rejects when the vault does not answer.
   */
  listSecrets(): Promise<ReadonlyMap<string, number | undefined>>;
  /**
   * All enabled versions of a secret; none when it does not exist. The tokens of those that `isKnown` are not read again. Rejects when the
   * vault does not answer, or no version can be read.
   */
  readVersions(name: string, isKnown?: (version: string) => boolean): Promise<readonly TokenVersion[]>;
  /** Who keeps a question from being answered just now. */
  waitsFor?(): Silent;
}

/** Stands in the place of a service's name in the secret of a token that every service accepts. No service may have this name. */
export const EVERY_SERVICE = 'all';

/** The secret of a tenant's token for one service, or for every service. */
export const secretName = (service: string, tenant: string): string => `scim-${service}-${tenant}`;

/** The secrets that may hold a tenant's token for a service: its own, and the one for every service. */
export const secretNames = (service: string, tenant: string): readonly string[] => [
  secretName(service, tenant),
  secretName(EVERY_SERVICE, tenant),
];

/** Secrets that are tried before the vault counts as one that cannot be read. */
const MOST_TRIED = 3;

/** Rejects where the vault does not let its secrets be listed and read: a vault that lists may forbid reading. */
export async function checkVault(vault: TokenVault): Promise<void> {
  let failure: unknown;
  for (const name of [...(await vault.listSecrets()).keys()].slice(0, MOST_TRIED)) {
    try {
      const versions = await vault.readVersions(name);
      if (versions.some(({ token }) => token !== undefined)) return;
    } catch (error) {
      failure = error;
    }
  }
  if (failure !== undefined) throw failure;
}

/** service, or `all` -> tenant -> the tokens that are accepted. */
export type LocalTokens = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** The tokens of a local environment, from the setting SCIM_TOKENS. Always answers. */
export function settingsVault(tokens: LocalTokens): TokenVault {
  const secrets = new Map<string, readonly TokenVersion[]>();
  for (const [service, tenants] of Object.entries(tokens)) {
    for (const [tenant, accepted] of Object.entries(tenants)) {
      secrets.set(
        secretName(service, tenant),
        accepted.map((token) => ({ token })),
      );
    }
  }
  return {
    listSecrets: async () => new Map([...secrets.keys()].map((name) => [name, 0])),
    readVersions: async (name) => secrets.get(name) ?? [],
  };
}
