import { describe, expect, test } from '@jest/globals';
import { describeError } from '../../shared/http/record.ts';
import { type Patience, startCalls } from '../../shared/store/calls.ts';
import { connectTable, limitSignIn } from '../../shared/store/connect.ts';
import { inProcess } from '../operations/in-process.ts';
import { user } from '../service/client.ts';
import { answerWith, startStorageProxy } from '../stand-ins/storage-proxy.ts';
import { tableOf } from './rows.ts';

const patience: Patience = { attempt: 300, page: 300, request: 800, attempts: 3, pause: 2 };

/** Nothing listens there, so a call after a successful sign-in would fail at once. */
const tables = 'https://127.0.0.1:9';

/** The service in front of an account that needs this sign-in. */
function serviceWith(getToken: () => Promise<{ token: string; expiresOnTimestamp: number }>) {
  let signIns = 0;
  const credential = {
    getToken: () => {
      signIns += 1;
      return getToken();
    },
  };
  const log: string[] = [];
  const table = connectTable({ tables, name: 'advisors' }, () => credential);
  return { call: inProcess({ table, patience, log: (text) => log.push(text) }), log, signIns: () => signIns };
}

const requests = [
  ['GET', '/Users/b7a1c2d3-0000-4000-8000-000000000001', undefined],
  ['GET', '/Users', undefined],
  ['POST', '/Users', user({ userName: 'anna' })],
] as const;

describe('an identity endpoint', () => {
  test.each(requests)('that hangs leads to 503 in time: %s %s', async (method, path, body) => {
    const { call } = serviceWith(() => new Promise(() => undefined));
    const started = performance.now();
    const answer = await call(method, path, body);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(performance.now() - started).toBeLessThan(patience.request + 1_000);
  });

  test.each(requests)(
    'that fails leads to 503, not 500, and the log names the sign-in: %s %s',
    async (method, path, body) => {
      const { call, log } = serviceWith(() => Promise.reject(new Error('400 Identity not found')));
      const answer = await call(method, path, body);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(log.join('\n')).toContain('SignInFailed');
    },
  );

  test('that hung is called again, because the SDK does not wait for the first answer forever', async () => {
    const { call, signIns } = serviceWith(() => new Promise(() => undefined));
    for (let tries = 0; tries < 8 && signIns() < 2; tries += 1) await call('GET', '/Users');
    expect(signIns()).toBe(2);
  });

  test('that answers in time is not interrupted', async () => {
    const token = { token: 'x', expiresOnTimestamp: Date.now() + 3_600_000 };
    expect(await limitSignIn({ getToken: async () => token }, 1_000).getToken('scope')).toBe(token);
  });
});

test('the log has the error code and the request id of a failed storage call', async () => {
  const table = tableOf('nosuchtable');
  const failed = await startCalls(patience)
    .read((abortSignal) => table.getEntity('a', 'b', { abortSignal }))
    .catch((error: unknown) => error);
  expect(describeError(failed)).toMatchObject({
    cause: { code: 'TableNotFound', requestId: expect.stringMatching(/^[\w-]+$/) },
  });
});

test('an error that storage returned before the deadline becomes the cause', async () => {
  const proxy = await startStorageProxy();
  proxy.meet(() => true, answerWith(503), 9);
  const table = tableOf('advisors', proxy.tables);
  const hasty = { ...patience, pause: 2_000 };
  const failed = await startCalls(hasty)
    .read((abortSignal) => table.getEntity('a', 'b', { abortSignal }))
    .catch((error: unknown) => error);
  expect(failed).toMatchObject({ status: 503, cause: { statusCode: 503 } });
  await proxy.stop();
});
