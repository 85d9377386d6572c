import { type Remembered, remembered } from './remembered.ts';
import { tokenDigest, tokenFingerprint } from './token.ts';
import type { TokenVault, TokenVersion } from './token-vault.ts';

/** A version as it is kept in memory: enough to recognise its token, not the token. */
export interface KnownVersion {
  readonly digest: Buffer;
  readonly fingerprint: string;
  readonly createdOn?: Date;
  readonly notBefore?: Date;
  readonly expiresOn?: Date;
}

export interface TokenCache {
  /** The versions of a secret; undefined when the vault has no secret of this name. Throws 503 when that is not known. */
  secret(name: string): Promise<Remembered<readonly KnownVersion[]> | undefined>;
  /** Connects to the vault ahead of the first request. Nobody waits for it, and it may fail: requests then ask again. */
  warm(): void;
}

/**
 * What the vault said, kept as remembered.ts has it. Only names that the vault lists are asked for and kept, so tokens of
 * made-up tenants cost neither vault calls nor memory.
 */
export function tokenCache(vault: TokenVault, now: () => number): TokenCache {
  const names = remembered(() => vault.listNames(), now);
  const secrets = new Map<string, Remembered<readonly KnownVersion[]>>();

  async function secret(name: string): Promise<Remembered<readonly KnownVersion[]> | undefined> {
    const known = secrets.get(name);
    if (known) return known;
    const listed = await names.recent();
    return listed.has(name) ? add(name) : undefined;
  }

  /** Requests that waited for the same listing share what the first of them adds. */
  function add(name: string): Remembered<readonly KnownVersion[]> {
    const versions = secrets.get(name) ?? remembered(async () => (await vault.readVersions(name)).map(known), now);
    secrets.set(name, versions);
    return versions;
  }

  function warm(): void {
    names.recent().catch(() => undefined);
  }

  return { secret, warm };
}

const known = ({ token, ...dates }: TokenVersion): KnownVersion => ({
  ...dates,
  digest: tokenDigest(token),
  fingerprint: tokenFingerprint(token),
});
