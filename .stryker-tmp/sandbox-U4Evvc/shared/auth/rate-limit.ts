// @ts-nocheck
import { ScimError } from '../scim/errors.ts';
import { systemClock } from './clock.ts';

/** How many requests are let through: so many per second for long, and so many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** An allowance for each key, in shares: a request takes one, and is refused while there is none. */
export interface RateLimiter {
  /** Takes a share. Throws 429 with Retry-After where there is none; `cause` is for the log. */
  readonly take: (key: string, cause?: () => unknown) => void;
  /** Takes so many shares more, afterwards: the allowance may become a debt, which later requests wait for. A negative number gives back. */
  readonly charge: (key: string, shares: number) => void;
}

/** Lets everything through. */
export const unlimited: RateLimiter = { take: () => undefined, charge: () => undefined };

/** What is left of a key's allowance, at a time of the clock. */
interface Bucket {
  shares: number;
  at: number;
}

const MOST_BUCKETS = 1000;

/**
 * An allowance for each key, in the memory of this instance. `now` is a clock in milliseconds that nobody sets. An allowance that is
 * whole again is forgotten, so that memory follows the keys in use.
 */
export function rateLimit({ perSecond, burst }: Rate, now: () => number = systemClock.elapsed): RateLimiter {
  const buckets = new Map<string, Bucket>();

  function refill(bucket: Bucket, at: number): void {
    bucket.shares = Math.min(burst, bucket.shares + ((at - bucket.at) / 1000) * perSecond);
    bucket.at = at;
  }

  function forgetWhole(at: number): void {
    for (const [key, bucket] of buckets) {
      refill(bucket, at);
      if (bucket.shares >= burst) buckets.delete(key);
    }
  }

  function bucketOf(key: string): Bucket {
    const at = now();
    const bucket = buckets.get(key) ?? { shares: burst, at };
    if (!buckets.has(key) && buckets.size >= MOST_BUCKETS) forgetWhole(at);
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
      const bucket = bucketOf(key);
      bucket.shares = Math.min(burst, bucket.shares - shares);
    },
  };
}

/** 429 (RFC 6585 section 4); Entra waits and repeats. */
const tooMany = (seconds: number, cause: unknown): ScimError =>
  new ScimError(429, 'Too many requests at once; repeat this one after the time in Retry-After.', {
    reason: 'rateLimit',
    headers: { 'retry-after': String(seconds) },
    cause,
  });
