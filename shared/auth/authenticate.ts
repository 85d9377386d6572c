import { timingSafeEqual } from 'node:crypto';
import type { ScimError } from '../scim/errors.ts';
import { type Clock, systemClock } from './clock.ts';
import { type RateLimiter, unlimited } from './rate-limit.ts';
import { Refusal, tokenMissing, tokenRefused } from './refusal.ts';
import type { Patience } from './remembered.ts';
import { claimedTenant, namedTenant, tokenDigest, tokenFingerprint } from './token.ts';
import { type KnownVersion, tokenCache } from './token-cache.ts';
import { secretNames, type TokenVault } from './token-vault.ts';

/** The client behind a request: the tenant whose secret holds the token, the token, and what the log records about the token. */
export interface Caller {
  readonly tenant: string;
  readonly token: string;
  readonly fingerprint: string;
  readonly createdOn?: Date;
  readonly expiresOn?: Date;
  /** Charges more shares of the tenant's allowance, for a request that costs as much as several. */
  readonly charge?: (shares: number) => void;
}

export interface Authenticator {
  /**
   * Finds the caller by the Authorization header. Throws 401 if the vault does not have the token (refusalOf gives the reason for the log), 503 if
   * the vault does not answer, and 429 beyond a rate limit.
   */
  authenticate(service: string, authorization: string | null): Promise<Caller>;
  /** Starts to read the vault in the background, and keeps its answers fresh from then on. */
  warm(): void;
}

export interface AuthenticatorOptions {
  readonly clock?: Clock;
  readonly patience?: Patience;
  /** Limits the requests of each tenant, for each service separately. The default is no limit. */
  readonly requests?: RateLimiter;
  /** Limits how many unknown tokens this instance checks. The default is no limit. */
  readonly failures?: RateLimiter;
}

const PATIENCE: Patience = { unknown: 5_000, overdue: 1_000 };

/** Checks bearer tokens (RFC 6750 section 2.1) against the tokens in the vault. */
export function authenticator(vault: TokenVault, options: AuthenticatorOptions = {}): Authenticator {
  const { clock = systemClock, patience = PATIENCE, requests = unlimited, failures = unlimited } = options;
  const cache = tokenCache(vault, { clock, patience });

  async function authenticate(service: string, authorization: string | null): Promise<Caller> {
    const token = bearerToken(authorization);
    const tenant = token && claimedTenant(token);
    if (!tenant) throw malformed(service, token);
    const names = secretNames(service, tenant);
    const digest = tokenDigest(token);
    const known = findValid(await cache.known(names), digest, clock.date());
    const version = known ?? (await searchVault({ names, tenant, token, digest }));
    const key = `${service}/${tenant}`;
    requests.take(key, () => new Refusal('beyond the rate limit', { tenant, fingerprint: version.fingerprint }));
    return callerOf({ tenant, token, charge: (shares) => requests.charge(key, shares) }, version);
  }

  /**
   * Finds a token that is not in memory. The token counts as a failure until the vault confirms it, so in a flood of bad tokens most are refused
   * without waiting for the vault. A known token that has expired, or is not valid yet, is refused even if the vault does not answer.
   */
  async function searchVault({ names, tenant, token, digest }: UnknownToken): Promise<KnownVersion> {
    failures.take(FAILURES);
    const { versions, failure } = await cache.search(names, clock.elapsed() + patience.unknown);
    const version = findValid(versions, digest, clock.date());
    if (version) failures.charge(FAILURES, -1);
    if (version) return version;
    if (failure && findMatches(versions, digest).length === 0) throw failure;
    const fingerprint = tokenFingerprint(token);
    throw tokenRefused(
      cache.isListed(names)
        ? new Refusal('no such token', { tenant, fingerprint })
        : new Refusal('no such tenant', { fingerprint }),
    );
  }

  /** The error for a text that is not shaped like a token. The vault is not read. The log names the tenant whose token may have been mistyped. */
  function malformed(service: string, text: string | undefined): ScimError {
    failures.take(FAILURES);
    if (!text) return tokenMissing();
    const tenant = namedTenant(text);
    const isListed = tenant !== undefined && cache.isListed(secretNames(service, tenant));
    return tokenRefused(new Refusal('not the shape of a token', isListed ? { tenant } : {}));
  }

  return { authenticate, warm: cache.warm };
}

/** A token that is not in memory. */
interface UnknownToken {
  readonly names: readonly string[];
  readonly tenant: string;
  readonly token: string;
  readonly digest: Buffer;
}

/** The only key of the limit on failed tokens. A limit for each tenant would reveal which tenants exist. */
const FAILURES = '';

/** The credentials of the Bearer scheme. The scheme's name is case-insensitive (RFC 9110 section 11.1). */
function bearerToken(authorization: string | null): string | undefined {
  const [scheme, ...credentials] = (authorization ?? '').trim().split(' ');
  return scheme?.toLowerCase() === 'bearer' ? credentials.join(' ').trim() : undefined;
}

/** Compares the digest with every version, even after a match, so that the time taken reveals nothing about the stored tokens. */
const findMatches = (versions: readonly KnownVersion[], digest: Buffer): readonly KnownVersion[] =>
  versions.filter((version) => timingSafeEqual(version.digest, digest));

const findValid = (versions: readonly KnownVersion[], digest: Buffer, at: number): KnownVersion | undefined =>
  findMatches(versions, digest).find((version) => isValid(version, at));

const isValid = ({ notBefore, expiresOn }: KnownVersion, at: number): boolean =>
  (!notBefore || notBefore.getTime() <= at) && (!expiresOn || at < expiresOn.getTime());

const callerOf = (
  caller: Pick<Caller, 'tenant' | 'token' | 'charge'>,
  { fingerprint, createdOn, expiresOn }: KnownVersion,
): Caller => ({ ...caller, fingerprint, ...(createdOn && { createdOn }), ...(expiresOn && { expiresOn }) });
