import { setTimeout as pause } from 'node:timers/promises';
import { RestError } from '@azure/data-tables';
import { type ScimError, unavailable } from '../scim/errors.ts';

/** The meaning of a failed call to Table Storage. */
export type Failure =
  /** The row does not exist. `index` is the position of its action in the transaction. */
  | { readonly kind: 'missing'; readonly index: number }
  /** A row with that key already exists. `index` is the position of its action in the transaction. */
  | { readonly kind: 'exists'; readonly index: number }
  /** The row is no longer the version that was read. */
  | { readonly kind: 'changed' }
  /** Storage did not answer, or its response does not show whether the call was carried out. */
  | { readonly kind: 'unknown' }
  /** Any other error, which is a fault of the service. */
  | { readonly kind: 'fault' };

/** Classifies an error of the SDK. Single calls and transactions have their error codes in different places. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof RestError)) return isOutage(error) ? { kind: 'unknown' } : { kind: 'fault' };
  const { statusCode } = error;
  if (statusCode === undefined || statusCode >= 500 || statusCode === 408 || statusCode === 429)
    return { kind: 'unknown' };
  const code = error.code ?? detailCode(error.details);
  // With a missing table or a refused sign-in, the call did not reach the row.
  if (code === 'TableNotFound' || code === 'TableBeingDeleted' || statusCode === 401 || statusCode === 403)
    return { kind: 'unknown' };
  if (statusCode === 404) return { kind: 'missing', index: indexOf(error.message) };
  if (statusCode === 409) return { kind: 'exists', index: indexOf(error.message) };
  return { kind: statusCode === 412 ? 'changed' : 'fault' };
}

/** Whether a call timed out or was aborted, or a sign-in failed (connect.ts). The state of the row is then unknown. */
const isOutage = (error: unknown): boolean =>
  error instanceof SignInFailed ||
  (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError'));

/** The identity endpoint did not return a token, so the call was not sent. */
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

/** The position of the failed action, with which a transaction's message begins: "1:The specified entity already exists." */
function indexOf(message: string): number {
  const index = /^(\d{1,3}):/.exec(message)?.[1];
  return index === undefined ? 0 : Number(index);
}

/** How long a request waits for storage, in milliseconds, and how many attempts each call has. */
export interface Patience {
  /** One attempt of a call. */
  readonly attempt: number;
  /** One attempt to read a page of a range. Table Storage may take 5 s before it answers with a part of the page. */
  readonly page: number;
  /** All calls of a request together, except for pages. Each page has this much time for itself. */
  readonly request: number;
  readonly attempts: number;
  /** Before the second attempt, on average. Later pauses are longer. */
  readonly pause: number;
}

/** The limits of the deployed service. */
export const patience: Patience = { attempt: 2_500, page: 6_000, request: 8_000, attempts: 3, pause: 100 };

/** A call of the SDK that ends when the signal is aborted. */
type Call<T> = (signal: AbortSignal) => Promise<T>;

/** Makes and counts the storage calls of one request, which share the request's time. */
export interface Calls {
  /** Reads a row; undefined if it does not exist. Throws 503 when storage does not answer. */
  readonly read: <T>(call: Call<T>) => Promise<T | undefined>;
  /** Reads a page of a range. Its time does not count towards the request's time, because a scan takes longer the larger the tenant is. */
  readonly readPage: <T>(call: Call<T>) => Promise<T | undefined>;
  /**
   * Writes, and tries again while the outcome is unknown. A later attempt may be rejected because an earlier one was committed, so after an unknown
   * outcome `settle` decides: it returns the stored state if the write was committed, else undefined. Throws WriteRejected, or 503 when storage does
   * not answer.
   */
  readonly write: <T>(call: Call<T>, settle: () => Promise<T | undefined>) => Promise<T>;
  /** How many attempts were made. */
  readonly count: () => number;
  /** How many of them repeated an earlier one. */
  readonly retries: () => number;
}

/** Storage rejected a write. `failure` is the reason. */
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

/** The time for the attempts of one call, in milliseconds. */
interface Limits {
  readonly attempt: number;
  /** The end of the last attempt, by performance.now(). */
  readonly deadline: number;
}

/** Starts the storage calls of a request, and its time for them. */
export function startCalls({ attempt, page, request, attempts, pause: pauseFor }: Patience = patience): Calls {
  let deadline = performance.now() + request;
  let made = 0;
  let retried = 0;

  /** Returns the value of a call or its failure. While the outcome is unknown, tries again. */
  async function run<T>(call: Call<T>, limits: Limits, onUnknown: () => void = () => undefined): Promise<Outcome<T>> {
    let last: unknown;
    for (let number = 1; ; number += 1) {
      const left = limits.deadline - performance.now();
      if (left <= 0) throw noAnswer(last);
      made += 1;
      try {
        return { value: await withTimeout(call, Math.ceil(Math.min(limits.attempt, left))) };
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

  async function readWithin<T>(call: Call<T>, limits: Limits): Promise<T | undefined> {
    const outcome = await run(call, limits);
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
    const settled = isUnknown ? await settle() : undefined;
    if (settled !== undefined) return settled;
    if (outcome.failure.kind !== 'unknown') throw new WriteRejected(outcome.failure, outcome.error);
    throw noAnswer(outcome.error);
  }

  return { read, readPage, write, count: () => made, retries: () => retried };
}

/** Reads a page for work that is not a request: each page has the time of a whole request. Throws 503 when storage does not answer. */
export const readPageOutsideRequest: Calls['readPage'] = (call) => startCalls().readPage(call);

/** For Promise.catch: returns undefined for WriteRejected, and rethrows any other error. */
export function ignoreRejection(error: unknown): undefined {
  if (!(error instanceof WriteRejected)) throw error;
}

const noAnswer = (cause: unknown): ScimError =>
  unavailable('storage', "BookMe's storage is not responding. Try again later.", { cause });

/**
 * Returns the value of a call, or rejects with a TimeoutError even if the call ignores the signal, as a sign-in does. AbortSignal.timeout would keep
 * its signal in memory until the time is over, long after the call has ended.
 */
async function withTimeout<T>(call: Call<T>, milliseconds: number): Promise<T> {
  const abort = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    abort.abort();
    late.reject(new NoAnswer(`Table Storage did not answer within ${milliseconds} ms.`));
  }, milliseconds);
  try {
    return await Promise.race([call(abort.signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
