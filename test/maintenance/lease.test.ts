import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { LEASE, leaseKey, takeLease } from '../../shared/maintenance/lease.ts';
import { connectTable } from '../../shared/store/connect.ts';
import { cutAfter, gate, isWrite, type StorageProxy, startStorageProxy } from '../stand-ins/storage-proxy.ts';
import { tableOf } from '../store/rows.ts';

const name = 'leases';
const noCredential = () => {
  throw new Error('Azurite takes a connection string.');
};

let proxy: StorageProxy;
beforeAll(async () => {
  proxy = await startStorageProxy();
  await tableOf(name).createTable();
});
afterAll(() => proxy.stop());

const table = () => connectTable({ tables: proxy.tables, name }, noCredential);
let time: number;
const now = () => new Date(time);
beforeEach(async () => {
  proxy.calm();
  time = Date.now();
  await tableOf(name).upsertEntity({ ...leaseKey, until: new Date(0) }, 'Replace');
});

describe('a lease', () => {
  test('is held by one instance at a time, and is free again when it is given back', async () => {
    const first = await takeLease(table(), now);
    expect(await takeLease(table(), now)).toBeUndefined();
    await first?.end(undefined);
    const second = await takeLease(table(), now);
    expect(second).toBeDefined();
    await second?.end(undefined);
  });

  test('goes to one of two instances that take it at the same moment', async () => {
    const held = gate();
    proxy.meet(isWrite, held.treatment);
    const slow = takeLease(table(), now);
    await held.arrived;
    const quick = await takeLease(table(), now);
    held.open();
    expect(quick).toBeDefined();
    expect(await slow).toBeUndefined();
    await quick?.end(undefined);
  });

  test('of a process that died can be taken when its time is over', async () => {
    const dead = await takeLease(table(), now);
    time += LEASE - 1;
    expect(await takeLease(table(), now)).toBeUndefined();
    time += 2;
    const next = await takeLease(table(), now);
    expect(next).toBeDefined();
    await dead?.end('late'); // it has lost the lease, so this changes nothing
    expect(await takeLease(table(), now)).toBeUndefined();
    await next?.end(undefined);
  });

  test('is taken although the answer to the write was lost', async () => {
    proxy.meet(isWrite, cutAfter);
    const lease = await takeLease(table(), now);
    expect(lease).toBeDefined();
    await lease?.end(undefined);
  });

  test('records where the next run begins', async () => {
    await (await takeLease(table(), now))?.end('fabrikam');
    const next = await takeLease(table(), now);
    expect(next?.resumeAt).toBe('fabrikam');
    await next?.end(undefined);
    const last = await takeLease(table(), now);
    expect(last?.resumeAt).toBeUndefined();
    await last?.end(undefined);
  });
});
