import { type ScimError, unavailable } from '../scim/errors.ts';
import { type Endpoint, NoAnswer, VaultBusy } from './vault-attempts.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** While the vault answers, a token that was revoked in the vault stops working within this time, in milliseconds. */
export const MAX_AGE = 5 * MINUTE;
/** From this age on, an answer is renewed in the background, so that it does not become older than MAX_AGE. */
const RENEWAL_AGE = MAX_AGE - MINUTE;
/** How long the last answers are used while the vault is out of reach. The time counts from when an answer is older than MAX_AGE. */
const OUTAGE = 60 * MINUTE;
const MAX_AGE_IN_OUTAGE = MAX_AGE + OUTAGE;
/** A token is refused only if the vault's answer is younger than this. */
export const RECENT = 30 * SECOND;
/** How long the vault is not called after a failure: longer if the last answer can be used meanwhile. A longer Retry-After counts up to `longest`. */
const BACKOFF = { withAnswer: RECENT, withoutAnswer: 10 * SECOND, longest: MAX_AGE };
/** The Retry-After of a 503 that is sent while the vault may still answer. */
const SOON = 5 * SECOND;

/** How long a request waits for the vault, in milliseconds. */
export interface Patience {
  /** In all, for a token that only the vault can decide about. */
  readonly unknown: number;
  /** For a newer answer when the last one is a little too old, for example after the instance was asleep. */
  readonly overdue: number;
}

export interface Answer<T> {
  readonly value: T;
  /** When the vault was asked. A change that was made while it answered may be missing from the answer. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** An answer of the vault that is kept in memory. Requests share one question to the vault at a time, and none waits longer than its own limit. */
export interface Remembered<T> {
  /** The answer in memory, unless it is too old even for an outage. Does not ask the vault. */
  last(): Answer<T> | undefined;
  /** The same, but renewed in the background when it is due. Waits only if the answer is older than MAX_AGE although no call to the vault has failed. */
  current(): Promise<Answer<T> | undefined>;
  /** An answer that meets the condition. Waits for a newer one if need be, at most until the time `until`. Throws 503 if none comes. */
  satisfying(condition: (answer: Answer<T>) => boolean, until: number): Promise<Answer<T>>;
  /** Asks the vault again, unless it failed a short time ago. Never rejects. */
  renew(): Promise<void>;
  isDue(): boolean;
}

interface Parts {
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  readonly patience: Patience;
  readonly waitsFor: () => Endpoint;
}

/** 503 while the vault does not answer. The vault is asked again after this many milliseconds, which become Retry-After. */
export function vaultUnavailable(cause: unknown, milliseconds: number): ScimError {
  const seconds = Math.max(1, Math.ceil(milliseconds / SECOND));
  const detail = 'BookMe cannot check Secret Tokens, because its key vault is not responding. Try again later.';
  return unavailable('vault', detail, { cause, retryAfter: seconds });
}

/** Returns `remember`, which keeps the answer to one question. `ask` gets the last answer's value. All questions share whether the vault is failing. */
export function memoryOf({ now, patience, waitsFor }: Parts) {
  let isFailing = false;

  return function remember<T>(ask: (last: T | undefined) => Promise<T>): Remembered<T> {
    let answer: Answer<T> | undefined;
    let failure: { readonly cause: unknown; readonly at: number } | undefined;
    let pending: { readonly done: Promise<void>; readonly startedAt: number } | undefined;

    const age = (): number => (answer ? now() - answer.askedAt : Number.POSITIVE_INFINITY);
    const last = (): Answer<T> | undefined => (age() < MAX_AGE_IN_OUTAGE ? answer : undefined);

    function backoffLeft(): number {
      if (!failure) return 0;
      const asked = failure.cause instanceof VaultBusy ? failure.cause.retryAfter * SECOND : 0;
      const usual = last() ? BACKOFF.withAnswer : BACKOFF.withoutAnswer;
      return failure.at + Math.min(BACKOFF.longest, Math.max(usual, asked)) - now();
    }

    async function attempt(askedAt: number): Promise<void> {
      try {
        answer = { value: await ask(answer?.value), askedAt, answeredAt: now() };
        failure = undefined;
      } catch (cause) {
        failure = { cause, at: now() };
      }
      isFailing = failure !== undefined;
      pending = undefined;
    }

    async function renew(): Promise<void> {
      if (backoffLeft() > 0) return;
      const startedAt = now();
      pending ??= { done: attempt(startedAt), startedAt };
      await pending.done;
    }

    /** Waits for a newer answer. The time counts from the question, so requests that come later do not wait for a vault that is known to hang. */
    async function waitForNewer(longest: number, until: number): Promise<void> {
      const renewed = renew();
      const startedAt = pending?.startedAt ?? now();
      await waitAtMost(renewed, Math.min(startedAt + longest, until) - now());
    }

    const notKnown = (): ScimError =>
      pending ? vaultUnavailable(new NoAnswer(waitsFor()), SOON) : vaultUnavailable(failure?.cause, backoffLeft());

    return {
      last,
      async current() {
        if (!last()) return undefined;
        if (age() >= MAX_AGE && !isFailing) await waitForNewer(patience.overdue, Number.POSITIVE_INFINITY);
        else if (age() >= RENEWAL_AGE) void renew();
        return last();
      },
      async satisfying(condition, until) {
        if (!(answer && condition(answer))) await waitForNewer(patience.unknown, until);
        if (answer && condition(answer)) return answer;
        throw notKnown();
      },
      renew,
      isDue: () => age() >= RENEWAL_AGE,
    };
  };
}

/** Settles with the promise, or resolves after this many milliseconds. */
export async function waitAtMost(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  const { promise: tooLate, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.max(0, milliseconds));
  try {
    await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
