import type { Endpoint } from './vault-attempts.ts';

/** One version of a tenant's secret. Its token never changes, but its dates may. */
export interface TokenVersion {
  /** The vault's name for the version; undefined for tokens from settings. */
  readonly version?: string;
  /** Undefined if the token is known already or could not be read. */
  readonly token?: string;
  /** Why this version could not be read. */
  readonly failure?: unknown;
  readonly createdOn?: Date;
  readonly notBefore?: Date;
  readonly expiresOn?: Date;
}

/** The store of the bearer tokens: Key Vault, or the settings of a local environment. */
export interface TokenVault {
  /**
   * The names of all secrets with tokens, each with the time of its last change in milliseconds since 1970, if the vault gives one. A new version
   * changes that time. Rejects if the vault does not answer.
   */
  listSecrets(): Promise<ReadonlyMap<string, number | undefined>>;
  /**
   * The enabled versions of a secret; none if the secret does not exist. The tokens of versions for which `isKnown` is true are not read. Rejects if
   * the vault does not answer, or if no version can be read.
   */
  readVersions(name: string, isKnown?: (version: string) => boolean): Promise<readonly TokenVersion[]>;
  /** Where calls are waiting at present. */
  waitsFor?(): Endpoint;
}

/** Stands for the service in the name of a secret whose tokens every service accepts. No service may have this name. */
export const EVERY_SERVICE = 'all';

/** The secret of a tenant's token for one service, or for every service. */
export const secretName = (service: string, tenant: string): string => `scim-${service}-${tenant}`;

/** The secrets that may hold a tenant's token for a service: the service's own secret, and the one for every service. */
export const secretNames = (service: string, tenant: string): readonly string[] => [
  secretName(service, tenant),
  secretName(EVERY_SERVICE, tenant),
];

/** How many secrets checkVault tries to read. */
const MAX_TRIED = 3;

/** Rejects if the secrets of the vault cannot be listed or read. A vault may allow one and forbid the other. */
export async function checkVault(vault: TokenVault): Promise<void> {
  let failure: unknown;
  for (const name of [...(await vault.listSecrets()).keys()].slice(0, MAX_TRIED)) {
    try {
      const versions = await vault.readVersions(name);
      if (versions.some(({ token }) => token !== undefined)) return;
    } catch (error) {
      failure = error;
    }
  }
  if (failure !== undefined) throw failure;
}

/** From the name of a service (or `all`) to tenants, and from each tenant to its accepted tokens. */
export type LocalTokens = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** The tokens of a local environment, from the setting SCIM_TOKENS. Never rejects. */
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
