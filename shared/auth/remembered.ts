import { unavailable } from '../scim/errors.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** An answer of the vault is used this long without asking again. */
const FRESH = 5 * MINUTE;
/** From this age on it is asked for again ahead of need, so that a busy tenant's requests seldom wait for the vault. */
const AHEAD = 4 * MINUTE;
/** An answer that disappoints is asked for again when it is at least this old. */
const RECENT = 30 * SECOND;
/** While the vault is out of reach, its last answer counts this long. */
const STALE = 60 * MINUTE;
/** A vault that did not answer is left alone this long: longer where requests can be answered meanwhile. */
const REST = { withAnswer: RECENT, withoutAnswer: 10 * SECOND };

/** One answer of the vault, asked for by one caller at a time and kept. Both reads throw 503 when there is none to use. */
export interface Remembered<T> {
  /** The answer, at most 5 minutes old, or at most 1 hour while the vault is out of reach. */
  current(): Promise<T>;
  /** The answer after asking again where it is older than 30 seconds: for whoever does not find in it what it seeks. */
  recent(): Promise<T>;
}

/** Remembers what `ask` resolves with; `now` is the clock, in milliseconds. */
export function remembered<T>(ask: () => Promise<T>, now: () => number): Remembered<T> {
  let answer: { readonly value: T; readonly askedAt: number } | undefined;
  let failure: { readonly cause: unknown; readonly at: number } | undefined;
  let flight: Promise<void> | undefined;

  const age = (): number => (answer ? now() - answer.askedAt : Number.POSITIVE_INFINITY);
  const isUsable = (): boolean => age() < STALE;

  function restLeft(): number {
    if (!failure) return 0;
    return failure.at + (isUsable() ? REST.withAnswer : REST.withoutAnswer) - now();
  }

  /** The answer's age counts from the question: what changes in the vault while it answers may not be in it. */
  async function attempt(): Promise<void> {
    const askedAt = now();
    try {
      answer = { value: await ask(), askedAt };
      failure = undefined;
    } catch (cause) {
      failure = { cause, at: now() };
    }
  }

  async function renew(): Promise<void> {
    if (restLeft() > 0) return;
    flight ??= attempt().finally(() => {
      flight = undefined;
    });
    await flight;
  }

  function use(): T {
    if (answer && isUsable()) return answer.value;
    const seconds = Math.max(1, Math.ceil(restLeft() / SECOND));
    const detail = `Tokens cannot be checked now because the key vault does not answer. Try again in ${seconds} seconds.`;
    throw unavailable('vault', detail, { cause: failure?.cause, retryAfter: seconds });
  }

  return {
    async current() {
      if (age() >= FRESH) await renew();
      else if (age() >= AHEAD) void renew();
      return use();
    },
    async recent() {
      if (age() >= RECENT) await renew();
      return use();
    },
  };
}
