import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startCalls } from '../../shared/store/calls.ts';
import { deletions, MAX_ROWS, pagesOf, type RangeQuery, transactionGroups } from '../../shared/store/pages.ts';
import { tenantsOf } from '../../shared/store/tenants.ts';
import { type StorageProxy, startStorageProxy } from '../stand-ins/storage-proxy.ts';
import { connectAzurite, tableOf } from './rows.ts';

const NAME = 'pages';
const { readPage } = startCalls();
const rowKeys = Array.from({ length: 5 }, (_, at) => `r${at}`);
const partitionKey = randomUUID();
const filter = `PartitionKey eq '${partitionKey}'`;

let proxy: StorageProxy;
beforeAll(async () => {
  proxy = await startStorageProxy();
  await tableOf(NAME).createTable();
  await tableOf(NAME).submitTransaction(rowKeys.map((rowKey) => ['create', { partitionKey, rowKey, text: rowKey }]));
});
afterAll(() => proxy.stop());

const open = () => connectAzurite(proxy.tables, NAME);

async function read(query: Omit<RangeQuery, 'readPage'>, name = NAME) {
  const pages = [];
  for await (const page of pagesOf(name === NAME ? open() : tableOf(name), { ...query, readPage })) pages.push(page);
  return pages;
}

describe('a range', () => {
  test('is read in pages of the given size, one storage call each', async () => {
    const before = proxy.calls.length;
    const pages = await read({ filter, size: 2 });
    expect(pages.map((page) => page.map((row) => row.rowKey))).toEqual([['r0', 'r1'], ['r2', 'r3'], ['r4']]);
    expect(proxy.calls.length - before).toBe(3);
    expect(pages.map(({ continuationToken }) => continuationToken !== undefined)).toEqual([true, true, false]);
  });

  test('has the columns that are asked for, and by default all', async () => {
    const [[some] = []] = await read({ filter, select: ['PartitionKey'] });
    expect(some).not.toHaveProperty('text');
    const [[all] = []] = await read({ filter });
    expect(all).toMatchObject({ text: 'r0' });
  });

  test('is the whole table without a filter, in pages that storage allows', async () => {
    const [rows] = await read({ size: MAX_ROWS + 1 });
    expect(rows?.length).toBeGreaterThanOrEqual(5);
    expect(proxy.calls.at(-1)?.path).toContain('$top=1000');
    expect(proxy.calls.at(-1)?.path).not.toContain('$filter');
  });
});

test('the tenants of a table are read with one storage call each, in order, from a name on', async () => {
  const table = open();
  const tenants = ['a', 'b', 'c'].map((letter) => `${letter}-${partitionKey}`);
  for (const tenant of [`0-${partitionKey}`, ...tenants, '~service'])
    await table.submitTransaction(rowKeys.map((rowKey) => ['create', { partitionKey: tenant, rowKey }]));
  const before = proxy.calls.length;
  const found: string[] = [];
  for await (const tenant of tenantsOf(table, readPage, 'a-')) found.push(tenant);
  expect(found.filter((name) => name.endsWith(partitionKey) && name !== partitionKey)).toEqual(tenants);
  expect(found).not.toContain('~service');
  expect(proxy.calls.length - before).toBe(found.length + 1);
  const rest: string[] = [];
  for await (const tenant of tenantsOf(table, readPage, tenants[1])) rest.push(tenant);
  expect(rest).toEqual(found.slice(found.indexOf(tenants[1] ?? '')));
  const all: string[] = [];
  for await (const tenant of tenantsOf(table, readPage)) all.push(tenant);
  expect(all).toEqual(expect.arrayContaining([`0-${partitionKey}`, ...found]));
  expect(proxy.calls.at(-1)?.path).toContain('$select=PartitionKey');
});

test('rows are deleted in transactions of at most 100 actions', () => {
  const page = Array.from({ length: 201 }, (_, at) => ({ partitionKey: 'p', rowKey: `r${at}`, text: 'x' }));
  const groups = [...transactionGroups(page)];
  expect(groups.map(({ length }) => length)).toEqual([100, 100, 1]);
  expect(groups.flat().map(({ rowKey }) => rowKey)).toEqual(page.map(({ rowKey }) => rowKey));
  expect(deletions(groups[2] ?? [])).toEqual([['delete', { partitionKey: 'p', rowKey: 'r200' }]]);
  expect([...transactionGroups([])]).toEqual([]);
});
