import { ScimError } from '../scim/errors.ts';
import { type Authenticator, Refusal } from './authenticate.ts';

/** How many requests are let through: so many per second for long, and so many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** How much each key may still ask of this instance. */
export interface RateLimiter {
  /** Takes one request's share. Throws 429 with Retry-After where none is left; `cause` is for the log. */
  readonly take: (key: string, cause?: () => unknown) => void;
  /** Takes shares for work that a request has done, also more than are left: the next requests wait for them. */
  readonly charge: (key: string, shares: number) => void;
}

/** Lets everything through. */
export const unlimited: RateLimiter = { take: () => undefined, charge: () => undefined };

interface Bucket {
  shares: number;
  at: number;
}

/**
 * A bucket of shares for each key, in the memory of this instance. `now` is a clock in milliseconds. A bucket that is full again is forgotten, so
 * that memory follows the keys in use.
 */
export function rateLimit({ perSecond, burst }: Rate, now: () => number = () => performance.now()): RateLimiter {
  const buckets = new Map<string, Bucket>();

  function refill(bucket: Bucket, at: number): void {
    bucket.shares = Math.min(burst, bucket.shares + ((at - bucket.at) / 1000) * perSecond);
    bucket.at = at;
  }

  function forgetFull(at: number): void {
    for (const [key, bucket] of buckets) {
      refill(bucket, at);
      if (bucket.shares >= burst) buckets.delete(key);
    }
  }

  function bucketOf(key: string): Bucket {
    const at = now();
    const bucket = buckets.get(key) ?? { shares: burst, at };
    if (!buckets.has(key) && buckets.size >= MOST_BUCKETS) forgetFull(at);
    buckets.set(key, bucket);
    refill(bucket, at);
    return bucket;
  }

  return {
    take(key, cause) {
      const bucket = bucketOf(key);
      if (bucket.shares < 1) throw tooMany(Math.ceil((1 - bucket.shares) / perSecond), cause?.());
      bucket.shares -= 1;
    },
    charge(key, shares) {
      bucketOf(key).shares -= shares;
    },
  };
}

const MOST_BUCKETS = 1000;

/** 429 (RFC 6585 section 4); Entra waits and repeats. */
const tooMany = (seconds: number, cause: unknown): ScimError =>
  new ScimError(429, 'Too many requests at once; repeat this one after the time in Retry-After.', {
    reason: 'rateLimit',
    headers: { 'retry-after': String(seconds) },
    cause,
  });

/**
 * Limits what is let through after authentication, each service and tenant by itself, and how often this instance says 401. Both are asked after the
 * compare: a flood of bad tokens never costs a valid one its answer, and the refusal is the same whether the tenant exists or not.
 */
export function rateLimited(tokens: Authenticator, requests: RateLimiter, failures: RateLimiter): Authenticator {
  return {
    warm: tokens.warm,
    async authenticate(service, authorization) {
      const caller = await tokens.authenticate(service, authorization).catch((error: unknown) => {
        if (error instanceof ScimError && error.status === 401) failures.take('');
        throw error;
      });
      const key = `${service}/${caller.tenant}`;
      requests.take(key, () => new Refusal('beyond the rate limit', caller));
      return { ...caller, charge: (shares) => requests.charge(key, shares) };
    },
  };
}
