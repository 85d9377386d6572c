import { ScimError } from '../scim/errors.ts';

/** How many requests are let through: so many per second for long, and so many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Takes one request's share from the bucket of a key. Throws 429 with Retry-After where it is empty; `cause` is for the log. */
export type TakeToken = (key: string, cause?: () => unknown) => void;

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * A token bucket for each key, in the memory of this instance. `now` is a clock in milliseconds. A bucket that is full again is forgotten, so
 * that memory follows the keys in use.
 */
export function rateLimit({ perSecond, burst }: Rate, now: () => number = () => performance.now()): TakeToken {
  const buckets = new Map<string, Bucket>();

  function refill(bucket: Bucket, at: number): void {
    bucket.tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond);
    bucket.at = at;
  }

  function forgetFull(at: number): void {
    for (const [key, bucket] of buckets) {
      refill(bucket, at);
      if (bucket.tokens >= burst) buckets.delete(key);
    }
  }

  return (key, cause) => {
    const at = now();
    const bucket = buckets.get(key) ?? { tokens: burst, at };
    if (!buckets.has(key) && buckets.size >= MOST_BUCKETS) forgetFull(at);
    buckets.set(key, bucket);
    refill(bucket, at);
    if (bucket.tokens < 1) throw tooMany(Math.ceil((1 - bucket.tokens) / perSecond), cause?.());
    bucket.tokens -= 1;
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
