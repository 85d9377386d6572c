import { hash, randomBytes } from 'node:crypto';

const LONGEST_TOKEN = 84;
const TOKEN = /^([a-z0-9-]{1,40})\.[A-Za-z0-9_-]{43}$/;

/** The tenant that a token claims to be of; undefined when the text does not have the shape of a token. */
export const claimedTenant = (token: string): string | undefined =>
  token.length <= LONGEST_TOKEN ? TOKEN.exec(token)?.[1] : undefined;

/** The tenant that a text names as a token does, though the rest of it be mistyped; undefined where it names none. */
export const namedTenant = (text: string): string | undefined =>
  /^([a-z0-9-]{1,40})\./.exec(text.slice(0, LONGEST_TOKEN))?.[1];

/** A new token with 256 random bits. Throws when the tenant's name is not 1 to 40 of a-z, 0-9 and hyphen. */
export function newToken(tenant: string): string {
  const token = `${tenant}.${randomBytes(32).toString('base64url')}`;
  if (claimedTenant(token) !== tenant) throw new RangeError('A tenant is 1 to 40 characters of a-z, 0-9 and hyphen.');
  return token;
}

/** What tokens are compared by: of one length whatever the token, so that the compare can be constant-time. */
export const tokenDigest = (token: string): Buffer => hash('sha256', token, 'buffer');

/** What may be logged of a token. The label keeps it from being a part of the digest that tokens are compared by. */
export const tokenFingerprint = (token: string): string =>
  hash('sha256', `fingerprint of a Secret Token\n${token}`).slice(0, 8);
