import { RestError } from '@azure/data-tables';
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Calls,
  failureOf,
  ignoreRejection,
  type Patience,
  patience,
  readPageOutsideRequest,
  SignInFailed,
  startCalls,
  WriteRejected,
} from '../../shared/store/calls.ts';

/** An error as the SDK throws it for a response with this status and message. */
const response = (statusCode: number | undefined, message = '', details?: unknown): RestError =>
  Object.assign(new RestError(message, { ...(statusCode !== undefined && { statusCode }) }), { details });
const withCode = (statusCode: number, code: string): RestError => new RestError('', { statusCode, code });
const named = (name: string): Error => Object.assign(new Error('late'), { name });

const MISSING = response(404);
const UNAVAILABLE = response(503);

describe('the failure of a call', () => {
  test.each<readonly [string, unknown, object]>([
    ['no status', response(undefined), { kind: 'unknown' }],
    ['status 500', response(500), { kind: 'unknown' }],
    ['status 599', response(599), { kind: 'unknown' }],
    ['status 408', response(408), { kind: 'unknown' }],
    ['status 429', response(429), { kind: 'unknown' }],
    ['status 499', response(499), { kind: 'fault' }],
    ['status 400', response(400), { kind: 'fault' }],
    ['status 401', response(401), { kind: 'unknown' }],
    ['status 403', response(403), { kind: 'unknown' }],
    ['a missing table', withCode(404, 'TableNotFound'), { kind: 'unknown' }],
    [
      'a missing table in the details',
      response(404, '', { odataError: { code: 'TableNotFound' } }),
      { kind: 'unknown' },
    ],
    ['a table that is being deleted', withCode(409, 'TableBeingDeleted'), { kind: 'unknown' }],
    ['a code that is no text', response(404, '', { odataError: { code: 7 } }), { kind: 'missing', index: 0 }],
    ['details without an error', response(404, '', { odataError: null }), { kind: 'missing', index: 0 }],
    ['details that are a text', response(404, '', 'gone'), { kind: 'missing', index: 0 }],
    ['status 404 in a transaction', response(404, '2:The resource does not exist.'), { kind: 'missing', index: 2 }],
    ['status 409', response(409, 'The entity exists.'), { kind: 'exists', index: 0 }],
    ['status 409 at the last action', response(409, '99:The entity exists.'), { kind: 'exists', index: 99 }],
    ['a number elsewhere in the message', response(409, 'Action 12: exists'), { kind: 'exists', index: 0 }],
    ['a number that is no position', response(409, '1234:exists'), { kind: 'exists', index: 0 }],
    ['status 412', response(412), { kind: 'changed' }],
    ['an aborted call', named('AbortError'), { kind: 'unknown' }],
    ['a call that took too long', named('TimeoutError'), { kind: 'unknown' }],
    ['a failed sign-in', new SignInFailed('no token'), { kind: 'unknown' }],
    ['another error', new TypeError('x'), { kind: 'fault' }],
    ['no error', { name: 'AbortError' }, { kind: 'fault' }],
  ])('with %s', (_what, error, failure) => {
    expect(failureOf(error)).toEqual(failure);
  });
});

test('errors of storage have names, which the log shows', () => {
  expect(new SignInFailed('x').name).toBe('SignInFailed');
  const cause = new Error('412');
  const rejected = new WriteRejected({ kind: 'changed' }, cause);
  expect(rejected).toMatchObject({ name: 'WriteRejected', cause, failure: { kind: 'changed' } });
  expect(rejected.message).toBe('Table Storage rejected a write: changed');
});

test('one request waits for storage for eight seconds, with three attempts for each call', () => {
  expect(patience).toEqual({ attempt: 2_500, page: 6_000, request: 8_000, attempts: 3, pause: 100 });
});

const brief: Patience = { attempt: 100, page: 200, request: 1_000, attempts: 3, pause: 1 };

let calls: Calls;
let attempts: number;
beforeEach(() => {
  calls = startCalls(brief);
  attempts = 0;
});

/** A call that has these outcomes one after the other; an Error is thrown. */
function outcomes<T>(...all: readonly (T | Error)[]) {
  return async (): Promise<T> => {
    const outcome = all[Math.min(attempts, all.length - 1)];
    attempts += 1;
    if (outcome instanceof Error) throw outcome;
    return outcome as T; // what is no error is the value
  };
}

/** A call that never returns, and its signal. */
function hanging() {
  const signals: AbortSignal[] = [];
  const call = (signal: AbortSignal): Promise<never> => {
    attempts += 1;
    signals.push(signal);
    return new Promise(() => undefined);
  };
  return { call, signals };
}

const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
const OUTAGE = { status: 503, reason: 'storage', headers: { 'retry-after': '5' } };
const noSettling = async (): Promise<undefined> => {
  throw new Error('There is nothing to settle.');
};

describe.each(['read', 'readPage'] as const)('%s', (kind) => {
  test('returns the value of the call, and counts the attempt', async () => {
    expect(await calls[kind](outcomes('row'))).toBe('row');
    expect([calls.count(), calls.retries()]).toEqual([1, 0]);
  });

  test('returns undefined for a row that does not exist', async () => {
    expect(await calls[kind](outcomes(MISSING))).toBeUndefined();
    expect(calls.count()).toBe(1);
  });

  test('tries again while the outcome is unknown', async () => {
    expect(await calls[kind](outcomes<string>(UNAVAILABLE, UNAVAILABLE, 'row'))).toBe('row');
    expect([calls.count(), calls.retries()]).toEqual([3, 2]);
  });

  test('throws 503 after the last attempt, with the last error as the cause', async () => {
    const last = response(500);
    expect(await caught(calls[kind](outcomes(UNAVAILABLE, UNAVAILABLE, last)))).toMatchObject({
      ...OUTAGE,
      cause: last,
    });
    expect([calls.count(), calls.retries()]).toEqual([3, 2]);
  });

  test('throws a fault as it is, without another attempt', async () => {
    const fault = new TypeError('x');
    expect(await caught(calls[kind](outcomes(fault)))).toBe(fault);
    expect(calls.count()).toBe(1);
  });

  test('throws 503 for a failure that only a write can have', async () => {
    const changed = response(412);
    expect(await caught(calls[kind](outcomes(changed)))).toMatchObject({ ...OUTAGE, cause: changed });
    expect(calls.count()).toBe(1);
  });

  test('gives up an attempt that takes too long, and aborts it', async () => {
    const { call, signals } = hanging();
    const limit = kind === 'read' ? brief.attempt : brief.page;
    expect(await caught(startCalls({ ...brief, attempts: 1 })[kind](call))).toMatchObject({
      ...OUTAGE,
      cause: { name: 'TimeoutError', message: `Table Storage did not answer within ${limit} ms.` },
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  test('does not abort a call that has returned', async () => {
    let given: AbortSignal | undefined;
    await calls[kind](async (signal) => {
      given = signal;
    });
    expect(given?.aborted).toBe(false);
  });
});

describe('the time of a request', () => {
  test('limits the last attempt, and is over for all further calls', async () => {
    const short = startCalls({ ...brief, attempt: 60, request: 90, pause: 0 });
    const error = await caught(short.read(hanging().call));
    expect(error).toMatchObject({ ...OUTAGE, cause: { name: 'TimeoutError' } });
    expect(attempts).toBe(2);
    expect(await caught(short.read(outcomes('row')))).toMatchObject(OUTAGE);
    expect(attempts).toBe(2);
    expect(short.count()).toBe(2);
  });

  test('does not include the time of pages', async () => {
    const short = startCalls({ ...brief, page: 100, request: 50, attempts: 1 });
    await caught(short.readPage(hanging().call));
    expect(await short.read(outcomes('row'))).toBe('row');
  });

  test('is as long for each page as for a whole request', async () => {
    const short = startCalls({ ...brief, page: 100, request: 40, attempts: 9 });
    expect(await caught(short.readPage(hanging().call))).toMatchObject(OUTAGE);
    expect(attempts).toBe(1);
  });

  test('is followed by longer and longer pauses', async () => {
    const pausing = startCalls({ ...brief, pause: 20 });
    const started = performance.now();
    await caught(pausing.read(outcomes(UNAVAILABLE)));
    expect(performance.now() - started).toBeGreaterThanOrEqual(29); // at least half of 20 and of 40
  });
});

test('a page outside a request has the time of a request for itself', async () => {
  expect(await readPageOutsideRequest(outcomes('page'))).toBe('page');
});

describe('write', () => {
  test('returns the value of the call without settling anything', async () => {
    expect(await calls.write(outcomes('etag'), noSettling)).toBe('etag');
  });

  test('returns the value of a later attempt', async () => {
    expect(await calls.write(outcomes<string>(UNAVAILABLE, 'etag'), noSettling)).toBe('etag');
    expect(calls.retries()).toBe(1);
  });

  test('throws a rejection that follows no unknown outcome', async () => {
    const exists = response(409, '1:exists');
    expect(await caught(calls.write(outcomes(exists), noSettling))).toMatchObject({
      name: 'WriteRejected',
      failure: { kind: 'exists', index: 1 },
      cause: exists,
    });
  });

  test('settles a rejection that follows an unknown outcome: an earlier attempt may have been committed', async () => {
    expect(await calls.write(outcomes<string>(UNAVAILABLE, response(409)), async () => 'stored')).toBe('stored');
  });

  test('throws the rejection if no earlier attempt was committed', async () => {
    const error = await caught(calls.write(outcomes(UNAVAILABLE, response(412)), async () => undefined));
    expect(error).toMatchObject({ name: 'WriteRejected', failure: { kind: 'changed' } });
  });

  test('settles the outcome also when every attempt was unknown', async () => {
    expect(await calls.write(outcomes<string>(UNAVAILABLE), async () => 'stored')).toBe('stored');
    expect(calls.count()).toBe(3);
  });

  test('throws 503 if nothing is known after the last attempt', async () => {
    const error = await caught(calls.write(outcomes(UNAVAILABLE), async () => undefined));
    expect(error).toMatchObject({ ...OUTAGE, cause: UNAVAILABLE });
  });

  test('gives up an attempt after the time of an attempt', async () => {
    const { call, signals } = hanging();
    const once = startCalls({ ...brief, attempts: 1 });
    await caught(once.write(call, async () => undefined));
    expect(signals[0]?.aborted).toBe(true);
  });
});

test('only a rejection is ignored', async () => {
  expect(ignoreRejection(new WriteRejected({ kind: 'changed' }, undefined))).toBeUndefined();
  const other = new Error('x');
  expect(() => ignoreRejection(other)).toThrow(other);
});
