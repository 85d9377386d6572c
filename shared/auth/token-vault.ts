/** One version of a tenant's secret. */
export interface TokenVersion {
  readonly token: string;
  readonly createdOn?: Date;
  readonly notBefore?: Date;
  readonly expiresOn?: Date;
}

/** Where the bearer tokens stand: Key Vault, or the settings of a local environment. */
export interface TokenVault {
  /** The names of all secrets, `scim-<service>-<tenant>`. Rejects when the vault does not answer. */
  listNames(): Promise<ReadonlySet<string>>;
  /** All enabled versions of a secret; none when it does not exist. Rejects when the vault does not answer. */
  readVersions(name: string): Promise<readonly TokenVersion[]>;
}

/** The secret of a tenant's token for one service. */
export const secretName = (service: string, tenant: string): string => `scim-${service}-${tenant}`;

/** service -> tenant -> the tokens that are accepted. */
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
    listNames: async () => new Set(secrets.keys()),
    readVersions: async (name) => secrets.get(name) ?? [],
  };
}
