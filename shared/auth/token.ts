import { hash, randomBytes } from 'node:crypto';

const TENANT = '[a-z0-9-]{1,40}';
const MAX_TOKEN_LENGTH = 84;
const TENANT_ALONE = new RegExp(`^${TENANT}$`);
const TENANT_FIRST = new RegExp(`^(${TENANT})\\.`);
const TOKEN = new RegExp(`^(${TENANT})\\.[A-Za-z0-9_-]{43}$`);

/** Whether a text is a tenant's name: 1 to 40 characters of a-z, 0-9 and hyphen. A token begins with it, and the PartitionKey is this name. */
export const isTenantName = (text: string): boolean => TENANT_ALONE.test(text);

/** The tenant that a token names; undefined if the text is not shaped like a token. */
export const claimedTenant = (token: string): string | undefined =>
  token.length <= MAX_TOKEN_LENGTH ? TOKEN.exec(token)?.[1] : undefined;

/** The tenant that a text begins with, as a token does, even if the rest is mistyped; undefined if there is none. */
export const namedTenant = (text: string): string | undefined =>
  TENANT_FIRST.exec(text.slice(0, MAX_TOKEN_LENGTH))?.[1];

/** A new token with 256 random bits. Throws when the tenant's name is not 1 to 40 of a-z, 0-9 and hyphen. */
export function newToken(tenant: string): string {
  if (!isTenantName(tenant)) throw new RangeError('A tenant is 1 to 40 characters of a-z, 0-9 and hyphen.');
  return `${tenant}.${randomBytes(32).toString('base64url')}`;
}

/** The digest by which tokens are compared. It has the same length for every token, so that the comparison can take constant time. */
export const tokenDigest = (token: string): Buffer => hash('sha256', token, 'buffer');

/** A short digest that may be logged. Because of the label, it reveals nothing about the digest by which tokens are compared. */
export const tokenFingerprint = (token: string): string =>
  hash('sha256', `fingerprint of a Secret Token\n${token}`).slice(0, 8);
