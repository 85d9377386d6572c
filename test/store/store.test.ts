import { randomUUID } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AttributeDeclaration } from '../../shared/scim/schema.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { defineService } from '../../shared/services/service.ts';
import { type StoreParts, storeOf, type TenantStore } from '../../shared/store/store.ts';
import { gate, isReadOf, isWrite, pass, type StorageProxy, startStorageProxy } from '../stand-ins/storage-proxy.ts';
import { connectAzurite, resourceRowsOf, rowsOf, tableOf, userNameKeyOf } from './rows.ts';

const TABLE = 'advisors';
const patience = { attempt: 1_000, page: 1_000, request: 4_000, attempts: 3, pause: 1 };

let proxy: StorageProxy;
let table: TableClient;
beforeAll(async () => {
  proxy = await startStorageProxy();
  table = connectAzurite(proxy.tables, TABLE);
  await tableOf(TABLE).createTable();
});
afterAll(() => proxy.stop());

let tenant: string;
let store: TenantStore;
beforeEach(() => {
  tenant = randomUUID();
  store = open();
});

/** The store of the tenant, for one request. */
const open = (parts: Partial<StoreParts> = {}): TenantStore =>
  storeOf({ table, type: advisors.resourceType, now: () => new Date(), newId: randomUUID, patience, ...parts })(
    tenant,
    'token',
  );

/** Writes cells into a row, as somebody does by hand. */
const damage = (rowKey: string, cells: object) =>
  tableOf(TABLE).updateEntity({ partitionKey: tenant, rowKey, ...cells }, 'Merge');

const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('the number of resources in use', () => {
  const userName = { name: 'userName', description: '', required: true, uniqueness: 'server' } as const;
  const withStatus = (...status: AttributeDeclaration[]) =>
    open({ type: defineService('x', 'X', [userName, ...status]).resourceType });

  test('includes those whose row is older than the status, and no disabled ones', async () => {
    for (const active of [true, true, false]) await store.insert({ userName: randomUUID(), active });
    await store.insert({ userName: 'old' });
    expect(await store.countInUse()).toBe(3);
    expect(proxy.calls.at(-1)?.path).toContain('$select=active');
  });

  test('is read from the column of the status', async () => {
    const status = {
      name: 'enabled',
      column: 'isOn',
      type: 'boolean',
      description: '',
      administrativeStatus: true,
    } as const;
    const renamed = withStatus(status);
    for (const enabled of [true, false]) await renamed.insert({ userName: randomUUID(), enabled });
    await renamed.insert({ userName: 'unknown' });
    expect(await renamed.countInUse()).toBe(1);
  });

  test('is the number of all resources if there is no status', async () => {
    const plain = withStatus();
    for (const name of ['a', 'b']) await plain.insert({ userName: name });
    expect(await plain.countInUse()).toBe(2);
    expect(proxy.calls.at(-1)?.path).toContain('$select=id');
  });
});

describe('a scan', () => {
  test('says of each page whether there is more, and how many rows it read', async () => {
    for (const name of ['a', 'b', 'c']) await store.insert({ userName: name });
    const [row] = await resourceRowsOf(TABLE, tenant);
    await damage(row?.rowKey ?? '', { active: 'perhaps', created: 'x' });
    const pages = [];
    for await (const { resources, ...page } of store.scan('', 2)) pages.push({ ...page, resources: resources.length });
    expect(pages).toEqual([
      { resources: 1, rows: 2, hasMore: true },
      { resources: 1, rows: 1, hasMore: false },
    ]);
    expect(store.damage()).toEqual({
      count: 1,
      rows: [{ rowKey: row?.rowKey, reason: 'unreadable: created active' }],
    });
  });

  test('counts all damaged rows, and names ten of them', async () => {
    for (let number = 0; number < 11; number += 1) await store.insert({ userName: `user ${number}` });
    for (const { rowKey } of await resourceRowsOf(TABLE, tenant)) await damage(rowKey, { active: 'perhaps' });
    for await (const { resources } of store.scan('', 1_000)) expect(resources).toEqual([]);
    expect(store.damage().count).toBe(11);
    expect(store.damage().rows).toHaveLength(10);
  });
});

describe('finding', () => {
  test('an id that is no GUID takes no storage call', async () => {
    expect(await store.find('nobody')).toBeUndefined();
    expect(store.calls.count()).toBe(0);
  });

  test('a resource with a damaged row records what cannot be read', async () => {
    const { id, rowKey } = await store.insert({ userName: 'anna', externalId: randomUUID() });
    await damage(rowKey, { active: 'perhaps', lastModified: 'x' });
    expect((await store.find(id))?.unreadable).toEqual(['lastModified', 'active']);
    expect(store.damage().rows).toEqual([{ rowKey, reason: 'unreadable: lastModified active' }]);
  });

  test('an externalId does not return a row that has another one', async () => {
    const { rowKey } = await store.insert({ userName: 'anna', externalId: 'A-1' });
    await damage(rowKey, { externalId: 'A-2' });
    expect(await store.findByExternalId('A-1')).toBeUndefined();
  });

  const LEADS_ELSEWHERE = 'the index row does not lead to its resource';

  test('an id does not return the resource of another id, even if the id row leads to it', async () => {
    const { id, rowKey } = await store.insert({ userName: 'anna' });
    const other = randomUUID();
    await tableOf(TABLE).createEntity({ partitionKey: tenant, rowKey: `~id.${other}`, target: rowKey, id });
    expect(await caught(store.find(other))).toMatchObject({ status: 500, reason: 'damage' });
    expect(store.damage().rows).toEqual([{ rowKey: `~id.${other}`, reason: LEADS_ELSEWHERE }]);
  });

  test('a userName does not return the resource of another userName, even if the userName row leads to it', async () => {
    const { id, rowKey } = await store.insert({ userName: 'anna' });
    const key = userNameKeyOf('bo');
    await tableOf(TABLE).createEntity({ partitionKey: tenant, rowKey: key, target: rowKey, id });
    const [userName] = advisors.resourceType.writable.filter(({ name }) => name === 'userName');
    if (!userName) throw new Error('An advisor has a userName.');
    expect(await caught(store.findByUnique(userName, 'bo'))).toMatchObject({ status: 500, reason: 'damage' });
    expect(store.damage().rows).toEqual([{ rowKey: key, reason: LEADS_ELSEWHERE }]);
  });

  test('a resource that other requests keep moving is given up after five attempts', async () => {
    const { id } = await store.insert({ userName: 'anna' });
    const key = `~id.${id}`;
    const before = proxy.calls.length;
    const move = () =>
      tableOf(TABLE).updateEntity({ partitionKey: tenant, rowKey: key, target: `n.${randomUUID()}`, id });
    proxy.meet(isReadOf(key), async (exchange) => move().then(() => pass(exchange)), 9);
    expect(await caught(store.find(id))).toMatchObject({
      status: 503,
      reason: 'contention',
      detail: 'Other requests are changing this resource. Try again.',
    });
    expect(proxy.calls.slice(before).filter(isReadOf(key))).toHaveLength(5);
    proxy.calm();
  });
});

describe('creating', () => {
  test.each([
    ['with a random id', 'A-1', 4],
    ['with its externalId as the id', undefined, 3],
  ])('%s tries four ids, and then gives up', async (_what, externalId, random) => {
    const taken = randomUUID();
    await open({ newId: () => taken }).insert({ userName: 'first', externalId: 'A-0' });
    let made = 0;
    const newId = () => {
      made += 1;
      return taken;
    };
    const before = proxy.calls.length;
    const error = await caught(open({ newId }).insert({ userName: 'second', externalId: externalId ?? taken }));
    expect(error).toMatchObject({
      status: 503,
      reason: 'contention',
      detail: 'No free id was found for the new resource. Try again.',
    });
    expect(made).toBe(random);
    expect(proxy.calls.slice(before).filter(isWrite)).toHaveLength(4);
  });

  test('whose answer is lost returns what was written, if the resource was deleted and created again meanwhile', async () => {
    const externalId = randomUUID();
    const {
      treatment,
      arrived,
      open: go,
    } = gate(async ({ forward, cut }) => {
      await forward();
      const first = await open().find(externalId);
      if (first) await open().remove(first);
      await open({ now: () => new Date(Date.now() + 1_000) }).insert({ userName: 'bo', externalId });
      cut();
    });
    proxy.meet(isWrite, treatment);
    const created = store.insert({ userName: 'anna', externalId });
    await arrived;
    go();
    expect((await created).attributes).toEqual({ userName: 'anna', externalId });
    expect((await store.find(externalId))?.attributes).toMatchObject({ userName: 'bo' });
  });
});

test('a write that lost a race says so', async () => {
  const before = await store.insert({ userName: 'anna' });
  await store.update(before, { userName: 'anna', displayName: 'A' }, 'updated');
  const error = await caught(store.update(before, { userName: 'anna', displayName: 'B' }, 'updated'));
  expect(error).toMatchObject({ name: 'LostRace' });
  expect((await rowsOf(TABLE, tenant)).filter(({ displayName }) => displayName === 'A')).toHaveLength(1);
});
