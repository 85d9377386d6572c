import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { purge } from '../../shared/maintenance/purge.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { connectTable } from '../../shared/store/connect.ts';
import { cutAfter, gate, isWrite, type StorageProxy, startStorageProxy } from '../stand-ins/storage-proxy.ts';
import { changesOf, rowsOf, tableOf } from '../store/rows.ts';
import { putHistory } from './old-history.ts';

const name = advisors.name;
const noCredential = () => {
  throw new Error('Azurite takes a connection string.');
};
const open = (tables: string) => connectTable({ tables, name }, noCredential);
const always = () => true;
const LONG_AGO = new Date('2026-01-01T00:00:00Z');
const LIMIT = new Date('2026-06-01T00:00:00Z');

let proxy: StorageProxy;
beforeAll(async () => {
  proxy = await startStorageProxy();
  await tableOf(name).createTable();
});
afterAll(() => proxy.stop());

let tenant: string;
beforeEach(() => {
  proxy.calm();
  tenant = `purge-${randomUUID().slice(0, 8)}`;
});

describe('a purge', () => {
  test('removes only changes from before the given time', async () => {
    const table = tableOf(name);
    await putHistory(name, tenant, LONG_AGO, 250);
    await putHistory(name, tenant, LIMIT, 3);
    await table.createEntity({ partitionKey: tenant, rowKey: `~brake.01700000000000.${'0'.repeat(16)}` });
    for (const rowKey of ['~building.x', '~change', '~changes.brake', '~id.x', randomUUID()])
      await table.createEntity({ partitionKey: tenant, rowKey });
    const before = (await rowsOf(name, tenant)).length;
    expect(await purge({ table: open(proxy.tables), tenant, before: LIMIT, mayContinue: always })).toBe(251);
    expect((await rowsOf(name, tenant)).length).toBe(before - 251);
    expect(await changesOf(name, tenant)).toHaveLength(3);
  });

  test('takes one transaction for a hundred rows, and one query for a thousand', async () => {
    await putHistory(name, tenant, LONG_AGO, 250);
    const from = proxy.calls.length;
    await purge({ table: open(proxy.tables), tenant, before: LIMIT, mayContinue: always });
    const calls = proxy.calls.slice(from);
    expect(calls.filter(isWrite)).toHaveLength(3);
    expect(calls.filter((call) => !isWrite(call))).toHaveLength(2);
  });

  test('stops between two transactions if it has to, and the next purge does the rest', async () => {
    await putHistory(name, tenant, LONG_AGO, 250);
    const answers = [true, false];
    const table = open(proxy.tables);
    expect(await purge({ table, tenant, before: LIMIT, mayContinue: () => answers.shift() ?? false })).toBe(100);
    expect(await changesOf(name, tenant)).toHaveLength(150);
    expect(await purge({ table, tenant, before: LIMIT, mayContinue: always })).toBe(150);
  });

  test('counts a transaction that was carried out even if its answer is lost', async () => {
    await putHistory(name, tenant, LONG_AGO, 20);
    proxy.meet(isWrite, cutAfter);
    expect(await purge({ table: open(proxy.tables), tenant, before: LIMIT, mayContinue: always })).toBe(20);
    expect(await changesOf(name, tenant)).toEqual([]);
  });

  test('that runs twice at once removes each row once, and neither run fails', async () => {
    await putHistory(name, tenant, LONG_AGO, 100);
    const held = gate();
    proxy.meet(isWrite, held.treatment);
    const first = purge({ table: open(proxy.tables), tenant, before: LIMIT, mayContinue: always });
    await held.arrived;
    expect(await purge({ table: tableOf(name), tenant, before: LIMIT, mayContinue: always })).toBe(100);
    held.open();
    expect(await first).toBe(0);
    expect(await changesOf(name, tenant)).toEqual([]);
  });
});
