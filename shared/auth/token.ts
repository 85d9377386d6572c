import { hash, randomBytes } from 'node:crypto';

const TENANT = '[a-z0-9-]{1,40}';
const MAX_TOKEN_LENGTH = 84;
const TENANT_ALONE = new RegExp(`^${TENANT}$`);
const TENANT_FIRST = new RegExp(`^(${TENANT})\\.`);
const TOKEN = new RegExp(`^(${TENANT})\\.[A-Za-z0-9_-]{43}$`);

/** Whether a text is a tenant's name: 1 to 40 characters of a-z, 0-9 and hyphen. The name begins the tenant's tokens and is its PartitionKey. */
export const isTenantName = (text: string): boolean => TENANT_ALONE.test(text);

/** The tenant that a token names; undefined if the text is not shaped like a token. */
export const claimedTenant = (token: string): string | undefined =>
  token.length <= MAX_TOKEN_LENGTH ? TOKEN.exec(token)?.[1] : undefined;

/** The tenant that a token names even if the rest of it is mistyped; undefined if there is none. */
export const namedTenant = (text: string): string | undefined =>
  TENANT_FIRST.exec(text.slice(0, MAX_TOKEN_LENGTH))?.[1];

/** A new token with 256 random bits. Throws RangeError if the tenant's name is not valid. */
export function newToken(tenant: string): string {
  if (!isTenantName(tenant)) throw new RangeError('A tenant is 1 to 40 characters of a-z, 0-9 and hyphen.');
  return `${tenant}.${randomBytes(32).toString('base64url')}`;
}

/** The SHA-256 digest by which tokens are compared. All digests have the same length, so the comparison can take constant time. */
export const tokenDigest = (token: string): Buffer => hash('sha256', token, 'buffer');

/** A short digest for the log. Its prefix makes it independent of the digest by which tokens are compared. */
export const tokenFingerprint = (token: string): string =>
  hash('sha256', `fingerprint of a Secret Token\n${token}`).slice(0, 8);
