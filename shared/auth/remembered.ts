import { type ScimError, unavailable } from '../scim/errors.ts';
import { type Endpoint, NoAnswer, VaultBusy } from './vault-attempts.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The most that an answer may be old while the vault answers, in milliseconds. A revoked token stops working within this time. */
export const MAX_AGE = 5 * MINUTE;
/** From this age on, an answer is renewed in the background. */
const RENEWAL_AGE = MAX_AGE - MINUTE;
/** How much older than MAX_AGE an answer may be while the vault does not answer. */
const OUTAGE = 60 * MINUTE;
const MAX_AGE_IN_OUTAGE = MAX_AGE + OUTAGE;
/** A token is refused only if the vault's answer is more recent than this. */
export const RECENT = 30 * SECOND;
/** How long the vault is not called after a failure: longer if there is an answer to use. A longer Retry-After is respected up to `longest`. */
const BACKOFF = { withAnswer: RECENT, withoutAnswer: 10 * SECOND, longest: MAX_AGE };
/** The Retry-After of a 503 that is sent while the vault may still answer. */
const SOON = 5 * SECOND;

/** How long a request waits for the vault, in milliseconds. */
export interface Patience {
  /** For a token that is not in memory. */
  readonly unknown: number;
  /** For a newer answer if the last one is too old, for example after the instance was idle. */
  readonly overdue: number;
}

/** An answer of the vault, with times of the monotonic clock. */
export interface Answer<T> {
  readonly value: T;
  /** When the call began. Later changes may be missing from the answer. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** An answer of the vault in memory. Requests share one call to the vault at a time, and each waits only as long as its own limit. */
export interface Remembered<T> {
  /** The answer in memory, unless it is too old even for an outage. Does not call the vault. */
  last(): Answer<T> | undefined;
  /** The same, but renewed in the background when it is due. Waits only if the answer is older than MAX_AGE and the last call did not fail. */
  current(): Promise<Answer<T> | undefined>;
  /** An answer that meets the condition. If necessary, waits for a newer one until the time `until`, and then throws 503. */
  satisfying(condition: (answer: Answer<T>) => boolean, until: number): Promise<Answer<T>>;
  /** Calls the vault again, unless it failed a short time ago. Never rejects. */
  renew(): Promise<void>;
  /** Whether it is time to renew the answer. */
  isDue(): boolean;
}

interface Parts {
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  readonly patience: Patience;
  readonly waitsFor: () => Endpoint;
}

/** 503 while the vault does not answer. Retry-After is the time until the next call to the vault. */
export function vaultUnavailable(cause: unknown, milliseconds: number): ScimError {
  const seconds = Math.max(1, Math.ceil(milliseconds / SECOND));
  const detail = 'BookMe cannot check Secret Tokens, because its key vault is not responding. Try again later.';
  return unavailable('vault', detail, { cause, retryAfter: seconds });
}

/** Returns `remember`, which keeps the answer of one call. `ask` makes the call and gets the last answer's value. All calls share `isFailing`. */
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

    /** Waits for a newer answer. The time counts from the start of the call, so later requests wait less for a vault that hangs. */
    async function waitForNewer(longest: number, until: number): Promise<void> {
      const renewed = renew();
      const startedAt = pending?.startedAt ?? now();
      await waitAtMost(renewed, Math.min(startedAt + longest, until) - now());
    }

    const noAnswerError = (): ScimError =>
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
        throw noAnswerError();
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
