import { timingSafeEqual } from 'node:crypto';
import { ScimError } from '../scim/errors.ts';
import { claimedTenant, namedTenant, tokenDigest, tokenFingerprint } from './token.ts';
import { type KnownVersion, tokenCache } from './token-cache.ts';
import { secretName, type TokenVault } from './token-vault.ts';

const REALM = 'Bearer realm="BookMe SCIM"';

/** Why a request was refused, for the log alone: it is the cause of the 401 or 429 and never a part of the answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** The tenant that the token claims to be of, where this service has such a tenant. */
  readonly knownTenant: string | undefined;
  /** Of a token that has the shape of one. */
  readonly fingerprint: string | undefined;

  constructor(message: string, known: { readonly tenant?: string; readonly fingerprint?: string } = {}) {
    super(message);
    this.knownTenant = known.tenant;
    this.fingerprint = known.fingerprint;
  }
}

/** 401 without an error code: the request carries no bearer token at all (RFC 6750 section 3.1). */
export const tokenMissing = (): ScimError =>
  new ScimError(
    401,
    'This request has no Secret Token. Send the one of this Tenant URL as "Authorization: Bearer <Secret Token>".',
    {
      headers: { 'www-authenticate': REALM },
      cause: new Refusal('no bearer token'),
    },
  );

/** 401: the same answer whatever is wrong with the token, so that it tells nothing about tenants (RFC 6750 section 3.1). */
export const tokenRefused = (cause: Refusal): ScimError =>
  new ScimError(
    401,
    'This Secret Token is not accepted at this Tenant URL: it is mistyped, expired, revoked or for another Tenant URL. ' +
      'Enter the current Secret Token of this Tenant URL, or ask BookMe for a new one.',
    { headers: { 'www-authenticate': `${REALM}, error="invalid_token"` }, cause },
  );

/** The refusal behind an error, for the log; undefined for any other error. */
export const refusalOf = (error: unknown): Refusal | undefined =>
  error instanceof ScimError && error.cause instanceof Refusal ? error.cause : undefined;

/** Who calls: the tenant whose secret holds the token, and what the log wants to know of that token. */
export interface Caller {
  readonly tenant: string;
  readonly token: string;
  readonly fingerprint: string;
  readonly createdOn?: Date;
  readonly expiresOn?: Date;
  /** Counts shares of work against what the tenant may ask of this instance, where that is limited. */
  readonly charge?: (shares: number) => void;
}

export interface Authenticator {
  /**
   * The caller behind an Authorization header, as it was sent. Throws 401 when the token is known to be wrong (refusalOf
   * says more for the log), and 503 while the vault cannot tell.
   */
  authenticate(service: string, authorization: string | null): Promise<Caller>;
  /** Starts to reach the vault ahead of the first request, in the background. */
  warm(): void;
}

/** Checks bearer tokens (RFC 6750 section 2.1) against the vault's; `now` is the clock, in milliseconds. */
export function authenticator(vault: TokenVault, now: () => number = Date.now): Authenticator {
  const cache = tokenCache(vault, now);

  async function authenticate(service: string, authorization: string | null): Promise<Caller> {
    const token = bearerToken(authorization);
    if (!token) throw tokenMissing();
    const tenant = claimedTenant(token);
    if (!tenant) throw tokenRefused(new Refusal('not the shape of a token', await ownerOf(service, token)));
    const secret = await cache.secret(secretName(service, tenant));
    if (!secret) throw tokenRefused(new Refusal('no such tenant', { fingerprint: tokenFingerprint(token) }));
    const find = (versions: readonly KnownVersion[]) => findVersion(versions, token, now());
    const version = find(await secret.current()) ?? find(await secret.recent());
    if (!version) throw tokenRefused(new Refusal('no such token', { tenant, fingerprint: tokenFingerprint(token) }));
    return caller(tenant, token, version);
  }

  /** Whose token was mistyped, where there is such a tenant: the operators look for it. What the vault does not tell is left out. */
  async function ownerOf(service: string, mistyped: string): Promise<{ readonly tenant?: string }> {
    const tenant = namedTenant(mistyped);
    const secret = tenant && (await cache.secret(secretName(service, tenant)).catch(() => undefined));
    return secret ? { tenant } : {};
  }

  return { authenticate, warm: cache.warm };
}

/** The credentials of the scheme Bearer, whose case does not matter (RFC 9110 section 11.1). */
function bearerToken(authorization: string | null): string | undefined {
  const [scheme, ...credentials] = (authorization ?? '').trim().split(' ');
  return scheme?.toLowerCase() === 'bearer' ? credentials.join(' ').trim() : undefined;
}

/** Looks at every version whatever it finds, so that the time taken does not tell how near a guess was. */
function findVersion(versions: readonly KnownVersion[], token: string, at: number): KnownVersion | undefined {
  const digest = tokenDigest(token);
  const same = versions.filter((version) => timingSafeEqual(version.digest, digest));
  return same.find((version) => isValid(version, at));
}

const isValid = ({ notBefore, expiresOn }: KnownVersion, at: number): boolean =>
  (!notBefore || notBefore.getTime() <= at) && (!expiresOn || at < expiresOn.getTime());

const caller = (tenant: string, token: string, { fingerprint, createdOn, expiresOn }: KnownVersion): Caller => ({
  tenant,
  token,
  fingerprint,
  ...(createdOn && { createdOn }),
  ...(expiresOn && { expiresOn }),
});
