import { ScimError } from '../scim/errors.ts';
import { type Authenticator, Refusal } from './authenticate.ts';

/** How many requests are let through: so many per second for long, and so many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Takes one request's share from the bucket of a key. Throws 429 with Retry-After where it is empty; `cause` is for the log. */
export type TakeShare = (key: string, cause?: () => unknown) => void;

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * A token bucket for each key, in the memory of this instance. `now` is a clock in milliseconds. A bucket that is full again is forgotten, so
 * that memory follows the keys in use.
 */
export function rateLimit({ perSecond, burst }: Rate, now: () => number = () => performance.now()): TakeShare {
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

/**
 * Limits what is let through after authentication, each service and tenant by itself, and how often this instance says 401. Both are asked after the
 * compare: a flood of bad tokens never costs a valid one its answer, and the refusal is the same whether the tenant exists or not.
 */
export function rateLimited(tokens: Authenticator, takeRequest: TakeShare, takeFailure: TakeShare): Authenticator {
  return {
    warm: tokens.warm,
    async authenticate(service, authorization) {
      const caller = await tokens.authenticate(service, authorization).catch((error: unknown) => {
        if (error instanceof ScimError && error.status === 401) takeFailure('');
        throw error;
      });
      takeRequest(`${service}/${caller.tenant}`, () => new Refusal('beyond the rate limit', caller));
      return caller;
    },
  };
}
