import { ScimError } from '../scim/errors.ts';
import { systemClock } from './clock.ts';

/** The allowed requests: the average per second, and the most at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** An allowance for each key, counted in shares. Each request takes one share, and is refused if none is left. */
export interface RateLimiter {
  /** Takes one share. Throws 429 with Retry-After if none is left; `cause` returns the cause of that error, for the log. */
  readonly take: (key: string, cause?: () => unknown) => void;
  /** Takes more shares. If none are left, this is a debt, and requests are refused until it is refilled. A negative number returns shares. */
  readonly charge: (key: string, shares: number) => void;
}

/** Lets everything through. */
export const unlimited: RateLimiter = { take: () => undefined, charge: () => undefined };

/** How many shares a key had left at the time `at`. */
interface Bucket {
  shares: number;
  at: number;
}

/** The most allowances in memory before full ones are dropped. */
const MAX_BUCKETS = 1000;

/**
 * A token bucket for each key, in the memory of this instance. `now` is a monotonic clock in milliseconds. Full buckets are dropped, so memory grows
 * only with the keys in use.
 */
export function rateLimit({ perSecond, burst }: Rate, now: () => number = systemClock.elapsed): RateLimiter {
  const buckets = new Map<string, Bucket>();

  function refill(bucket: Bucket, at: number): void {
    bucket.shares = Math.min(burst, bucket.shares + ((at - bucket.at) / 1000) * perSecond);
    bucket.at = at;
  }

  function dropFull(at: number): void {
    for (const [key, bucket] of buckets) {
      refill(bucket, at);
      if (bucket.shares >= burst) buckets.delete(key);
    }
  }

  function bucketOf(key: string): Bucket {
    const at = now();
    const bucket = buckets.get(key) ?? { shares: burst, at };
    if (!buckets.has(key) && buckets.size >= MAX_BUCKETS) dropFull(at);
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

/** 429 (RFC 6585 section 4). Entra waits and sends the request again. */
const tooMany = (seconds: number, cause: unknown): ScimError =>
  new ScimError(429, 'Too many requests. Try again after the time in Retry-After.', {
    reason: 'rateLimit',
    headers: { 'retry-after': String(seconds) },
    cause,
  });
