import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { acquireLease, LEASE, leaseKey } from '../../shared/maintenance/lease.ts';
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
    const first = await acquireLease(table(), now);
    expect(await acquireLease(table(), now)).toBeUndefined();
    await first?.release(undefined);
    const second = await acquireLease(table(), now);
    expect(second).toBeDefined();
    await second?.release(undefined);
  });

  test('is given to only one of two instances that take it at the same time', async () => {
    const held = gate();
    proxy.meet(isWrite, held.treatment);
    const slow = acquireLease(table(), now);
    await held.arrived;
    const quick = await acquireLease(table(), now);
    held.open();
    expect(quick).toBeDefined();
    expect(await slow).toBeUndefined();
    await quick?.release(undefined);
  });

  test('of a process that was killed can be taken after it has expired', async () => {
    const dead = await acquireLease(table(), now);
    time += LEASE - 1;
    expect(await acquireLease(table(), now)).toBeUndefined();
    time += 2;
    const next = await acquireLease(table(), now);
    expect(next).toBeDefined();
    await dead?.release('late'); // it has lost the lease, so this changes nothing
    expect(await acquireLease(table(), now)).toBeUndefined();
    await next?.release(undefined);
  });

  test('is taken even if the answer to the write is lost', async () => {
    proxy.meet(isWrite, cutAfter);
    const lease = await acquireLease(table(), now);
    expect(lease).toBeDefined();
    await lease?.release(undefined);
  });

  test('stores where the next run starts', async () => {
    await (await acquireLease(table(), now))?.release('fabrikam');
    const next = await acquireLease(table(), now);
    expect(next?.resumeAt).toBe('fabrikam');
    await next?.release(undefined);
    const last = await acquireLease(table(), now);
    expect(last?.resumeAt).toBeUndefined();
    await last?.release(undefined);
  });
});
