import { setTimeout as pause } from 'node:timers/promises';
import { RestError } from '@azure/data-tables';
import { unavailable } from '../scim/errors.ts';

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

/** A call that was given up, or a managed identity that does not answer or refuses: the service's troubles, never an answer about a row. */
const outages = [
  'AbortError',
  'TimeoutError',
  'CredentialUnavailableError',
  'AuthenticationError',
  'AuthenticationRequiredError',
];

const isOutage = (error: unknown): boolean => error instanceof Error && outages.includes(error.name);

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

/** How long storage is waited for, in milliseconds. One request never waits longer than `request` in all. */
export interface Patience {
  readonly attempt: number;
  /** A page of a range: Table Storage may take 5 s before it answers with a part of it. */
  readonly page: number;
  readonly request: number;
  readonly attempts: number;
  readonly pause: number;
}

export const patience: Patience = { attempt: 2_500, page: 7_000, request: 8_000, attempts: 3, pause: 100 };

/** A call of the SDK; it is given up when the signal says so. */
type Call<T> = (signal: AbortSignal) => Promise<T>;

/** The storage calls of one request: they share its time and are counted. */
export interface Calls {
  /** Undefined where there is no such row. Throws 503 when storage does not answer. */
  readonly read: <T>(call: Call<T>) => Promise<T | undefined>;
  /** The same for a page of a scan. Each has the time of a request for itself: a scan is as long as the tenant is large. */
  readonly readPage: <T>(call: Call<T>) => Promise<T | undefined>;
  /**
   * A write, tried again while its outcome is unknown. A refusal that follows an unknown outcome may be our own doing: `readBack` then says
   * whether the write stands. Throws Refused, or 503 when storage does not answer.
   */
  readonly write: <T>(call: Call<T>, readBack: () => Promise<T | undefined>) => Promise<T>;
  readonly count: () => number;
  readonly retries: () => number;
}

class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** Storage refused a write and said why. */
export class WriteRejected extends Error {
  override readonly name = 'Refused';
  readonly failure: Failure;

  constructor(failure: Failure, cause: unknown) {
    super(`Table Storage refused a write: ${failure.kind}`, { cause });
    this.failure = failure;
  }
}

/** Until when calls may go on, and how long one attempt may take. */
interface Time {
  readonly deadline: number;
  readonly attempt: number;
}

/** Starts the clock of a request. */
export function startCalls({ attempt, page, request, attempts, pause: pauseFor }: Patience = patience): Calls {
  const ofRequest = { deadline: performance.now() + request, attempt };
  let made = 0;
  let retried = 0;

  async function tryOnce<T>(call: Call<T>, time: Time): Promise<T> {
    const left = time.deadline - performance.now();
    if (left <= 0)
      throw unavailable('storage', 'The storage of this service does not answer in time; try again later.');
    made += 1;
    return withTimeout(call, Math.ceil(Math.min(time.attempt, left)));
  }

  /** The outcome of a call, or its failure; unknown outcomes are tried again up to the limit of attempts. */
  async function run<T>(
    call: Call<T>,
    onUnknown: () => void,
    time: Time = ofRequest,
  ): Promise<{ value: T } | { failure: Failure; error: unknown }> {
    for (let tries = 1; ; tries += 1) {
      try {
        return { value: await tryOnce(call, time) };
      } catch (error) {
        const failure = failureOf(error);
        if (failure.kind === 'fault') throw error;
        if (failure.kind !== 'unknown') return { failure, error };
        onUnknown();
        if (tries >= attempts) return { failure, error };
        retried += 1;
        await pause(pauseFor * tries * (0.5 + Math.random()));
      }
    }
  }

  const read = <T>(call: Call<T>): Promise<T | undefined> => readWithin(call, ofRequest);

  const readPage = <T>(call: Call<T>): Promise<T | undefined> =>
    readWithin(call, { deadline: performance.now() + request, attempt: page });

  async function readWithin<T>(call: Call<T>, time: Time): Promise<T | undefined> {
    const outcome = await run(call, () => undefined, time);
    if ('value' in outcome) return outcome.value;
    if (outcome.failure.kind === 'missing') return undefined;
    throw unavailable('storage', 'The storage of this service does not answer; try again later.', {
      cause: outcome.error,
    });
  }

  async function write<T>(call: Call<T>, readBack: () => Promise<T | undefined>): Promise<T> {
    let isUnknown = false;
    const outcome = await run(call, () => {
      isUnknown = true;
    });
    if ('value' in outcome) return outcome.value;
    const standing = isUnknown ? await readBack() : undefined;
    if (standing !== undefined) return standing;
    if (outcome.failure.kind !== 'unknown') throw new WriteRejected(outcome.failure, outcome.error);
    throw unavailable('storage', 'The storage of this service does not answer; try again later.', {
      cause: outcome.error,
    });
  }

  return { read, readPage, write, count: () => made, retries: () => retried };
}

/** AbortSignal.timeout would do the same, but every signal of it stays in memory until its time is over, long after the call has ended. */
async function withTimeout<T>(call: Call<T>, milliseconds: number): Promise<T> {
  const giveUp = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  // A managed identity that hangs does not heed the signal: the call is raced, so that it ends in its time whatever it waits for.
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      giveUp.abort();
      reject(new TimeoutError(`Table Storage did not answer within ${milliseconds} ms.`));
    }, milliseconds);
  });
  try {
    return await Promise.race([call(giveUp.signal), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
