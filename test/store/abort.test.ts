import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Patience } from '../../shared/store/calls.ts';
import { inProcess } from '../operations/in-process.ts';
import { type Client, patchOp, user } from '../service/client.ts';
import {
  isPointRead,
  isWrite,
  type StorageProxy,
  startStorageProxy,
  unanswered,
  type Which,
} from '../stand-ins/storage-proxy.ts';
import { connectAzurite, tableOf } from './rows.ts';

const patience: Patience = { attempt: 300, page: 300, request: 3_000, attempts: 3, pause: 1 };

let proxy: StorageProxy;
let call: Client;
let path: string;
beforeAll(async () => {
  proxy = await startStorageProxy();
  await tableOf('advisors').createTable();
  const table = connectAzurite(proxy.tables, 'advisors');
  call = inProcess({ table, patience });
  const { body } = await call('POST', '/Users', user({ userName: 'anna' }));
  path = `/Users/${body['id']}`;
});
afterAll(() => proxy.stop());

describe('a storage call without an answer is aborted, which closes its connection, and is made again:', () => {
  const isRange: Which = (one) => !isWrite(one) && !isPointRead(one);
  const calls: Readonly<Record<string, readonly [Which, () => ReturnType<Client>]>> = {
    'a point read': [isPointRead, () => call('GET', path)],
    'a read of a range': [isRange, () => call('GET', '/Users')],
    'a transaction': [isWrite, () => call('POST', '/Users', user({ userName: randomUUID() }))],
    'a conditional transaction': [
      isWrite,
      () => call('PATCH', path, patchOp({ op: 'replace', value: { externalId: randomUUID() } })),
    ],
  };

  test.each(Object.entries(calls))('%s', async (_what, [which, request]) => {
    const { treatment, closed } = unanswered();
    proxy.meet(which, treatment);
    const answer = request();
    await closed;
    expect((await answer).status).toBeLessThan(300);
  });
});
