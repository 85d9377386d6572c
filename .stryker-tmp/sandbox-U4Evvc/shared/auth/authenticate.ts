// @ts-nocheck
import { timingSafeEqual } from 'node:crypto';
import type { ScimError } from '../scim/errors.ts';
import { type Clock, systemClock } from './clock.ts';
import { type RateLimiter, unlimited } from './rate-limit.ts';
import { Refusal, tokenMissing, tokenRefused } from './refusal.ts';
import type { Patience } from './remembered.ts';
import { claimedTenant, namedTenant, tokenDigest, tokenFingerprint } from './token.ts';
import { type KnownVersion, tokenCache } from './token-cache.ts';
import { secretNames, type TokenVault } from './token-vault.ts';

/** Who calls: the tenant whose secret holds the token, and what the log wants to know of that token. */
export interface Caller {
  readonly tenant: string;
  readonly token: string;
  readonly fingerprint: string;
  readonly createdOn?: Date;
  readonly expiresOn?: Date;
  /** Takes more shares of the tenant's allowance, for a request that turns out to cost as much as so many. */
  readonly charge?: (shares: number) => void;
}

export interface Authenticator {
  /**
   * The caller behind an Authorization header, as it was sent. Throws 401 when the vault has said lately that it has no such token (refusalOf
   * says more for the log), 503 while the vault cannot tell, and 429 beyond a limit.
   */
  authenticate(service: string, authorization: string | null): Promise<Caller>;
  /** Starts to reach the vault ahead of the first request, and to keep what it says fresh, in the background. */
  warm(): void;
}

export interface AuthenticatorOptions {
  readonly clock?: Clock;
  readonly patience?: Patience;
  /** How many requests of a tenant are let through, each service by itself; by default any number. */
  readonly requests?: RateLimiter;
  /** How many tokens that are not known are looked at, by this instance; by default any number. */
  readonly failures?: RateLimiter;
}

const PATIENCE: Patience = { unknown: 5_000, overdue: 1_000 };

/** Checks bearer tokens (RFC 6750 section 2.1) against the vault's. */
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
    const version = known ?? (await ask({ names, tenant, token, digest }));
    const key = `${service}/${tenant}`;
    requests.take(key, () => new Refusal('beyond the rate limit', { tenant, fingerprint: version.fingerprint }));
    return callerOf({ tenant, token, charge: (shares) => requests.charge(key, shares) }, version);
  }

  /**
   * Asks the vault for a token that is not known. It counts as a failure until the vault has it: so a flood of bad ones has nobody wait for the
   * vault. A known token that is out of its dates is refused also while the vault cannot tell of others.
   */
  async function ask({ names, tenant, token, digest }: Unknown): Promise<KnownVersion> {
    failures.take(FAILURES);
    const { versions, failure } = await cache.search(names, clock.elapsed() + patience.unknown);
    const version = findValid(versions, digest, clock.date());
    if (version) failures.charge(FAILURES, -1);
    if (version) return version;
    if (failure && findSame(versions, digest).length === 0) throw failure;
    const fingerprint = tokenFingerprint(token);
    throw tokenRefused(
      cache.isListed(names)
        ? new Refusal('no such token', { tenant, fingerprint })
        : new Refusal('no such tenant', { fingerprint }),
    );
  }

  /** The vault is not asked for what has not the shape of a token; but the operators look for the tenant whose token was mistyped. */
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
interface Unknown {
  readonly names: readonly string[];
  readonly tenant: string;
  readonly token: string;
  readonly digest: Buffer;
}

/** All tokens that fail count together: a limit for each tenant would tell which tenants there are. */
const FAILURES = '';

/** The credentials of the scheme Bearer, whose case does not matter (RFC 9110 section 11.1). */
function bearerToken(authorization: string | null): string | undefined {
  const [scheme, ...credentials] = (authorization ?? '').trim().split(' ');
  return scheme?.toLowerCase() === 'bearer' ? credentials.join(' ').trim() : undefined;
}

/** Looks at every version whatever it finds, so that the time taken does not tell how near a guess was. */
const findSame = (versions: readonly KnownVersion[], digest: Buffer): readonly KnownVersion[] =>
  versions.filter((version) => timingSafeEqual(version.digest, digest));

const findValid = (versions: readonly KnownVersion[], digest: Buffer, at: number): KnownVersion | undefined =>
  findSame(versions, digest).find((version) => isValid(version, at));

const isValid = ({ notBefore, expiresOn }: KnownVersion, at: number): boolean =>
  (!notBefore || notBefore.getTime() <= at) && (!expiresOn || at < expiresOn.getTime());

const callerOf = (
  caller: Pick<Caller, 'tenant' | 'token' | 'charge'>,
  { fingerprint, createdOn, expiresOn }: KnownVersion,
): Caller => ({ ...caller, fingerprint, ...(createdOn && { createdOn }), ...(expiresOn && { expiresOn }) });
