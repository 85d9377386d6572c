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
