import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { newChangeKey, overlap } from '../../shared/store/change-row.ts';
import { answerWith, gate, type StorageProxy, startStorageProxy } from '../stand-ins/storage-proxy.ts';
import { tableOf } from '../store/rows.ts';
import { followChanges } from './follow-changes.ts';

let proxy: StorageProxy;
beforeAll(async () => {
  proxy = await startStorageProxy();
  await tableOf('advisors').createTable();
});
afterAll(() => proxy.stop());
afterEach(() => proxy.calm());

let tenant: string;
let poll: ReturnType<typeof followChanges>;
const now = Date.now();
beforeEach(() => {
  tenant = randomUUID();
  poll = followChanges(tableOf('advisors', proxy.tables), tenant, new Date(now));
});

/** Writes changes that were made this many milliseconds from now, and returns their keys. */
async function change(...times: readonly number[]): Promise<readonly string[]> {
  const rows = times.map((time) => {
    const at = new Date(now + time);
    const cells = { change: 'updated', id: 'an id', at, attributes: 'displayName', token: 'abcdefgh' };
    return { partitionKey: tenant, rowKey: newChangeKey(at), ...cells };
  });
  for (let at = 0; at < rows.length; at += 100)
    await tableOf('advisors').submitTransaction(rows.slice(at, at + 100).map((row) => ['create', row]));
  return rows.map(({ rowKey }) => rowKey);
}

const keysOf = async (polled: ReturnType<typeof poll>) => (await polled).changes.map(({ key }) => key);

test('a poll returns the new changes in the order of their times, and none of them twice', async () => {
  const [later = '', earlier = ''] = await change(2, 1);
  expect(await keysOf(poll())).toEqual([earlier, later]);
  const next = await change(3);
  expect(await keysOf(poll())).toEqual(next);
  expect(await keysOf(poll())).toEqual([]);
});

test('a change that appears as late as possible is not missed', async () => {
  await change(60_000);
  await poll();
  await poll();
  const late = await change(60_000 - overlap);
  expect(await keysOf(poll())).toEqual(late);
});

test('a change that appears on a page that a long poll has already read is not missed', async () => {
  await change(...Array.from({ length: 1_001 }, (_, at) => 10 * at));
  const secondPage = gate();
  proxy.meet(({ path }) => path.includes('NextRowKey'), secondPage.treatment);
  const long = poll();
  await secondPage.arrived;
  const late = await change(1);
  await change(20_000 + overlap);
  secondPage.open();
  expect((await long).changes).toHaveLength(1_002);
  expect(await keysOf(poll())).toEqual(late);
});

test('a poll that fails loses no change', async () => {
  const keys = await change(1, 2);
  proxy.meet(() => true, answerWith(503));
  await expect(poll()).rejects.toThrow();
  expect(await keysOf(poll())).toEqual(keys);
});

test('a reader that starts again from the time of the last poll gets the changes after it', async () => {
  await change(1, 2);
  await poll();
  const { since } = await poll();
  const keys = await change(3);
  const again = followChanges(tableOf('advisors'), tenant, since);
  expect(await keysOf(again())).toEqual(expect.arrayContaining([...keys]));
});
