// @ts-nocheck
import { setTimeout as pause } from 'node:timers/promises';
import { RestError } from '@azure/data-tables';
import { type ScimError, unavailable } from '../scim/errors.ts';

/** What a failed call of Table Storage means for the one who made it. */
export type Failure =
  /** There is no such row; `index` is its place in the transaction. */
  | { readonly kind: 'missing'; readonly index: number }
  /** A row of that key exists; `index` is its place in the transaction. */
  | { readonly kind: 'exists'; readonly index: number }
  /** The row is no longer the version that was read. */
  | { readonly kind: 'changed' }
  /** Storage did not answer, or not with an outcome: the call may have been carried out or not. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'fault' };

/** Reads the kind of failure from what the SDK threw; platform: single calls and transactions report their codes in different places. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof RestError)) return isOutage(error) ? { kind: 'unknown' } : { kind: 'fault' };
  const { statusCode } = error;
  if (statusCode === undefined || statusCode >= 500 || statusCode === 408 || statusCode === 429)
    return { kind: 'unknown' };
  const code = error.code ?? detailCode(error.details);
  // A table that is not there yet, and a sign-in that fails, are the service's troubles, never an answer about a resource.
  if (code === 'TableNotFound' || code === 'TableBeingDeleted' || statusCode === 401 || statusCode === 403)
    return { kind: 'unknown' };
  if (statusCode === 404) return { kind: 'missing', index: indexOf(error.message) };
  if (statusCode === 409) return { kind: 'exists', index: indexOf(error.message) };
  return { kind: statusCode === 412 ? 'changed' : 'fault' };
}

/** A call that was given up, or a sign-in that failed (connect.ts): the service's troubles, never an answer about a row. */
const isOutage = (error: unknown): boolean =>
  error instanceof SignInFailed ||
  (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError'));

/** The identity endpoint refused, failed or did not answer: the call was never sent. */
export class SignInFailed extends Error {
  override readonly name = 'SignInFailed';
}

function detailCode(details: unknown): string | undefined {
  const odata = member(details, 'odataError');
  const code = member(odata, 'code');
  return typeof code === 'string' ? code : undefined;
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** In a transaction the message begins with the place of the action that failed: "1:The specified entity already exists." */
function indexOf(message: string): number {
  const index = /^(\d{1,3}):/.exec(message)?.[1];
  return index === undefined ? 0 : Number(index);
}

/** How long storage is waited for, in milliseconds. */
export interface Patience {
  readonly attempt: number;
  /** An attempt to read a page of a range: Table Storage may take 5 s before it answers with a part of it. */
  readonly page: number;
  /** All of a request's calls together, apart from its pages: each of them has as long for itself. */
  readonly request: number;
  readonly attempts: number;
  readonly pause: number;
}

export const patience: Patience = { attempt: 2_500, page: 6_000, request: 8_000, attempts: 3, pause: 100 };

/** A call of the SDK; it is given up when the signal says so. */
type Call<T> = (signal: AbortSignal) => Promise<T>;

/** The storage calls of one request: they share its time and are counted. */
export interface Calls {
  /** Undefined where there is no such row. Throws 503 when storage does not answer. */
  readonly read: <T>(call: Call<T>) => Promise<T | undefined>;
  /** The same for a page of a range, whose time does not count as the request's: a scan takes as long as the tenant is large. */
  readonly readPage: <T>(call: Call<T>) => Promise<T | undefined>;
  /**
   * A write, tried again while its outcome is unknown. A rejection that follows an unknown outcome may be our own doing: `settle` then returns what
   * stands if the write was committed, else undefined. Throws WriteRejected, or 503 when storage does not answer.
   */
  readonly write: <T>(call: Call<T>, settle: () => Promise<T | undefined>) => Promise<T>;
  readonly count: () => number;
  readonly retries: () => number;
}

/** Storage rejected a write and said why. */
export class WriteRejected extends Error {
  override readonly name = 'WriteRejected';
  readonly failure: Failure;

  constructor(failure: Failure, cause: unknown) {
    super(`Table Storage rejected a write: ${failure.kind}`, { cause });
    this.failure = failure;
  }
}

/** Storage did not answer an attempt in time. */
class NoAnswer extends Error {
  override readonly name = 'TimeoutError';
}

type Outcome<T> = { readonly value: T } | { readonly failure: Failure; readonly error: unknown };

/** The time that the tries of one call have. */
interface Tries {
  readonly attempt: number;
  /** When all of them are over, by performance.now(). */
  readonly deadline: number;
}

/** Starts the clock of a request. */
export function startCalls({ attempt, page, request, attempts, pause: pauseFor }: Patience = patience): Calls {
  let deadline = performance.now() + request;
  let made = 0;
  let retried = 0;

  /** The outcome of a call, or its failure; unknown outcomes are tried again up to the limit of attempts. */
  async function run<T>(call: Call<T>, tries: Tries, onUnknown: () => void = () => undefined): Promise<Outcome<T>> {
    let last: unknown;
    for (let number = 1; ; number += 1) {
      const left = tries.deadline - performance.now();
      if (left <= 0) throw noAnswer(last);
      made += 1;
      try {
        return { value: await withTimeout(call, Math.ceil(Math.min(tries.attempt, left))) };
      } catch (error) {
        const failure = failureOf(error);
        if (failure.kind === 'fault') throw error;
        if (failure.kind !== 'unknown') return { failure, error };
        onUnknown();
        if (number >= attempts) return { failure, error };
        last = error;
      }
      retried += 1;
      await pause(pauseFor * number * (0.5 + Math.random()));
    }
  }

  async function readWithin<T>(call: Call<T>, tries: Tries): Promise<T | undefined> {
    const outcome = await run(call, tries);
    if ('value' in outcome) return outcome.value;
    if (outcome.failure.kind === 'missing') return undefined;
    throw noAnswer(outcome.error);
  }

  const read = <T>(call: Call<T>): Promise<T | undefined> => readWithin(call, { attempt, deadline });

  async function readPage<T>(call: Call<T>): Promise<T | undefined> {
    const started = performance.now();
    try {
      return await readWithin(call, { attempt: page, deadline: started + request });
    } finally {
      deadline += performance.now() - started;
    }
  }

  async function write<T>(call: Call<T>, settle: () => Promise<T | undefined>): Promise<T> {
    let isUnknown = false;
    const outcome = await run(call, { attempt, deadline }, () => {
      isUnknown = true;
    });
    if ('value' in outcome) return outcome.value;
    const standing = isUnknown ? await settle() : undefined;
    if (standing !== undefined) return standing;
    if (outcome.failure.kind !== 'unknown') throw new WriteRejected(outcome.failure, outcome.error);
    throw noAnswer(outcome.error);
  }

  return { read, readPage, write, count: () => made, retries: () => retried };
}

const noAnswer = (cause: unknown): ScimError =>
  unavailable('storage', 'The storage of this service does not answer; try again later.', { cause });

/**
 * The outcome of a call, or a TimeoutError, whatever the call waits for: a sign-in does not heed the signal. AbortSignal.timeout would do for the
 * signal, but every one of it stays in memory until its time is over, long after the call has ended.
 */
async function withTimeout<T>(call: Call<T>, milliseconds: number): Promise<T> {
  const giveUp = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    giveUp.abort();
    late.reject(new NoAnswer(`Table Storage did not answer within ${milliseconds} ms.`));
  }, milliseconds);
  try {
    return await Promise.race([call(giveUp.signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
