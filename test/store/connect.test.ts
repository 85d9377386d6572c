import { describe, expect, test } from '@jest/globals';
import { patience } from '../../shared/store/calls.ts';
import { connectTable, isAccountUrl, limitSignIn } from '../../shared/store/connect.ts';
import { type StorageProxy, startStorageProxy } from '../stand-ins/storage-proxy.ts';
import { connectAzurite } from './rows.ts';

test.each([
  ['https://account.table.core.windows.net', true],
  ['http://127.0.0.1:10002/devstoreaccount1', false],
  ['UseDevelopmentStorage=true', false],
  ['', false],
])('%j is the address of an account: %p', (tables, expected) => {
  expect(isAccountUrl(tables)).toBe(expected);
});

test('an account is opened with the identity, and its address is used as it is', () => {
  const getToken = async () => ({ token: 'x', expiresOnTimestamp: Date.now() });
  expect(
    connectTable({ tables: 'https://a.table.core.windows.net', name: 'rooms' }, () => ({ getToken })),
  ).toMatchObject({
    url: 'https://a.table.core.windows.net',
    tableName: 'rooms',
  });
});

test('the pipeline has no policies that no call needs', () => {
  const table = connectAzurite(process.env['SCIM_TEST_TABLES'] ?? '', 'rooms');
  const names = table.pipeline.getOrderedPolicies().map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['escapeLineSeparators', 'conditionalDelete']));
  for (const idle of ['decompressResponse', 'formData', 'multipart', 'defaultRetry', 'tracing', 'redirect', 'log'])
    expect(names).not.toContain(`${idle}Policy`);
});

test('a caller can add policies, and cannot remove those of the store', async () => {
  const proxy: StorageProxy = await startStorageProxy();
  const sent: unknown[] = [];
  const spy = {
    position: 'perCall' as const,
    policy: {
      name: 'spy',
      sendRequest: (request: { body?: unknown }, next: (request: never) => Promise<never>) => {
        sent.push(request.body);
        return next(request as never); // handed on as it came
      },
    },
  };
  const table = connectAzurite(proxy.tables, 'spied', { additionalPolicies: [spy] });
  await table.createTable();
  await table.submitTransaction([['create', { partitionKey: 'p', rowKey: 'r', text: 'a\u2028b\u2029c' }]]);
  expect(String(sent.at(-1))).toContain('a\\u2028b\\u2029c');
  expect(await table.getEntity('p', 'r')).toMatchObject({ text: 'a\u2028b\u2029c' });
  await proxy.stop();
});

describe('a sign-in', () => {
  test('ends before the attempt of the call that waits for it', async () => {
    const hangs = limitSignIn({ getToken: () => new Promise(() => undefined) });
    await expect(hangs.getToken('scope')).rejects.toMatchObject({
      cause: { message: expect.stringContaining(' 2000 ms') },
    });
    expect(patience.attempt).toBeGreaterThan(2_000);
  });

  test('leaves no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    await limitSignIn({ getToken: async () => null }).getToken('scope');
    expect(timers()).toBe(before);
  });

  test('is aborted after its time, and names the identity endpoint', async () => {
    let given: { readonly aborted: boolean } | undefined;
    const hangs = limitSignIn(
      {
        getToken: (_scopes, options) => {
          given = options?.abortSignal;
          return new Promise(() => undefined);
        },
      },
      20,
    );
    await expect(hangs.getToken('scope')).rejects.toMatchObject({
      name: 'SignInFailed',
      message: 'The sign-in to Table Storage failed.',
      cause: { message: 'The identity endpoint did not answer within 20 ms.' },
    });
    expect(given?.aborted).toBe(true);
  });

  test('gets the scopes and the options of the caller', async () => {
    const calls: unknown[] = [];
    const credential = limitSignIn({
      getToken: async (...given) => {
        calls.push(given);
        return null;
      },
    });
    expect(await credential.getToken('scope', { tenantId: 't' })).toBeNull();
    expect(calls).toEqual([['scope', { tenantId: 't', abortSignal: expect.objectContaining({ aborted: false }) }]]);
  });
});
