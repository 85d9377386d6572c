// @ts-nocheck
import { type ScimError, unavailable } from '../scim/errors.ts';
import { NoAnswer, type Silent, VaultBusy } from './vault-attempts.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** What is revoked in the vault ends within this time, in milliseconds, while the vault answers. */
export const FRESH = 5 * MINUTE;
/** From this age on an answer is asked for again ahead of need, so that it is never older than it may be. */
const AHEAD = FRESH - MINUTE;
/** How long an outage of the vault is bridged. It begins when an answer is due at the latest, so its age is what it may be and the outage. */
const OUTAGE = 60 * MINUTE;
const STALE = FRESH + OUTAGE;
/** The vault has said so lately: no older answer lets a token be refused. */
export const RECENT = 30 * SECOND;
/** A vault that did not answer is left alone this long: longer where requests can be answered meanwhile; and as long as it asks, within reason. */
const REST = { withAnswer: RECENT, withoutAnswer: 10 * SECOND, longest: FRESH };
/** When to come back while the vault has still to answer. */
const SOON = 5 * SECOND;

/** How long a request waits for the vault, in milliseconds. */
export interface Patience {
  /** In all, where the vault alone can tell. */
  readonly unknown: number;
  /** Where there is an answer that is a little too old, as after a sleep of the instance. */
  readonly overdue: number;
}

export interface Answer<T> {
  readonly value: T;
  /** When the vault was asked: what changed while it answered may not be in the answer. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** One answer of the vault, asked for by one caller at a time and kept; nobody waits for the caller's own patience to ask anew. */
export interface Remembered<T> {
  /** The answer as it is kept, while an outage may be bridged with it. Asks for nothing. */
  last(): Answer<T> | undefined;
  /** The same, for who needs no newer one. Asks for it anew in the background where it is due, and waits only where it is overdue unawares. */
  current(): Promise<Answer<T> | undefined>;
  /** The answer when it fits, having waited for a newer one where need be, until then. Throws 503 where none comes. */
  fitting(fits: (answer: Answer<T>) => boolean, until: number): Promise<Answer<T>>;
  /** Asks anew, unless the vault is left alone. Never rejects. */
  renew(): Promise<void>;
  isDue(): boolean;
}

interface Parts {
  /** A clock in milliseconds that nobody sets. */
  readonly now: () => number;
  readonly patience: Patience;
  readonly waitsFor: () => Silent;
}

/** 503 while the vault cannot tell; the vault is asked again after so many milliseconds. */
export function vaultUnavailable(cause: unknown, milliseconds: number): ScimError {
  const seconds = Math.max(1, Math.ceil(milliseconds / SECOND));
  const detail = `Tokens cannot be checked now because the key vault does not answer. Try again in ${seconds} seconds.`;
  return unavailable('vault', detail, { cause, retryAfter: seconds });
}

/** Makes what remembers a question to one vault: `ask` gets the last answer's value. All of them know together whether the vault answers. */
export function memoryOf({ now, patience, waitsFor }: Parts) {
  let isFailing = false;

  return function remember<T>(ask: (last: T | undefined) => Promise<T>): Remembered<T> {
    let answer: Answer<T> | undefined;
    let failure: { readonly cause: unknown; readonly at: number } | undefined;
    let flight: { readonly landed: Promise<void>; readonly startedAt: number } | undefined;

    const age = (): number => (answer ? now() - answer.askedAt : Number.POSITIVE_INFINITY);
    const last = (): Answer<T> | undefined => (age() < STALE ? answer : undefined);

    function restLeft(): number {
      if (!failure) return 0;
      const asked = failure.cause instanceof VaultBusy ? failure.cause.retryAfter * SECOND : 0;
      const usual = last() ? REST.withAnswer : REST.withoutAnswer;
      return failure.at + Math.min(REST.longest, Math.max(usual, asked)) - now();
    }

    async function attempt(askedAt: number): Promise<void> {
      try {
        answer = { value: await ask(answer?.value), askedAt, answeredAt: now() };
        failure = undefined;
      } catch (cause) {
        failure = { cause, at: now() };
      }
      isFailing = failure !== undefined;
      flight = undefined;
    }

    async function renew(): Promise<void> {
      if (restLeft() > 0) return;
      const startedAt = now();
      flight ??= { landed: attempt(startedAt), startedAt };
      await flight.landed;
    }

    /** Waits for a newer answer, counted from the question: so those who come later do not wait for a vault that is known to hang. */
    async function waitForNewer(longest: number, until: number): Promise<void> {
      const renewed = renew();
      const startedAt = flight?.startedAt ?? now();
      await within(renewed, Math.min(startedAt + longest, until) - now());
    }

    const notKnown = (): ScimError =>
      flight ? vaultUnavailable(new NoAnswer(waitsFor()), SOON) : vaultUnavailable(failure?.cause, restLeft());

    return {
      last,
      async current() {
        if (!last()) return undefined;
        if (age() >= FRESH && !isFailing) await waitForNewer(patience.overdue, Number.POSITIVE_INFINITY);
        else if (age() >= AHEAD) void renew();
        return last();
      },
      async fitting(fits, until) {
        if (!(answer && fits(answer))) await waitForNewer(patience.unknown, until);
        if (answer && fits(answer)) return answer;
        throw notKnown();
      },
      renew,
      isDue: () => age() >= AHEAD,
    };
  };
}

/** Resolves with the promise, or after so many milliseconds. */
export async function within(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  const { promise: tooLate, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.max(0, milliseconds));
  try {
    await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
