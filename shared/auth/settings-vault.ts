import { secretName, type TokenVault, type TokenVersion } from './token-vault.ts';

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
