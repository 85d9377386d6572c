import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startCalls } from '../../shared/store/calls.ts';
import { type ChangeRow, keyAt, newChangeKey, readChanges, timeOf } from '../../shared/store/change-row.ts';
import { type Client, clientOf, patchOp, user } from '../service/client.ts';
import { type RunningService, startService, type Tenant } from '../service/service.ts';
import { changesOf, tableOf } from './rows.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

let tenant: Tenant;
let call: Client;
beforeEach(() => {
  tenant = service.newTenant();
  call = clientOf(service, 'advisors', tenant);
});

const id = '0a21aa7c-5c5f-4c34-9f5e-6d1d0d2a7a01';
const path = `/Users/${id}`;
const anna = { externalId: id, userName: 'anna@x.dk', name: { givenName: 'Anna', familyName: 'B' } };
const set = (value: object) => call('PATCH', path, patchOp({ op: 'replace', value }));

/** The history, without random values and times. */
const history = async () => (await changesOf('advisors', tenant.name)).map((row) => [row['change'], row['attributes']]);

describe('a change leaves a row with its word and the attributes that changed:', () => {
  beforeEach(async () => {
    expect((await call('POST', '/Users', user(anna))).status).toBe(201);
  });
  const created = ['created', 'active externalId userName name.givenName name.familyName'];

  const changes: Readonly<Record<string, readonly [() => ReturnType<Client>, string, string]>> = {
    'an update': [() => set({ displayName: 'Anna' }), 'updated', 'displayName'],
    'of one part of a name': [() => set({ 'name.givenName': 'Ann' }), 'updated', 'name.givenName'],
    'of an address': [() => set({ addresses: [{ type: 'work', formatted: 'x' }] }), 'updated', 'addresses'],
    'a rename': [() => set({ userName: 'anna@y.dk' }), 'updated', 'userName'],
    'a PUT that leaves something out': [
      () => call('PUT', path, user({ externalId: id, userName: 'anna@x.dk' })),
      'updated',
      'name.givenName name.familyName',
    ],
    'a disable': [() => set({ active: false }), 'disabled', 'active'],
    'a move': [() => set({ externalId: randomUUID() }), 'moved', 'externalId'],
    'a disable that is also a move': [() => set({ active: false, externalId: 'x' }), 'disabled', 'active externalId'],
    'a deletion of an active user': [() => call('DELETE', path), 'deleted', 'active'],
  };

  test.each(Object.entries(changes))('%s', async (_what, [change, word, attributes]) => {
    expect((await change()).status).toBeLessThan(300);
    const [first = [], second = [], ...more] = await history();
    expect(sorted(first)).toEqual(sorted(created));
    expect(sorted(second)).toEqual(sorted([word, attributes]));
    expect(more).toEqual([]);
  });

  test('a restore, and a deletion of a disabled user', async () => {
    await set({ active: false });
    await set({ active: true });
    await set({ active: false });
    await call('DELETE', path);
    expect((await history()).slice(1)).toEqual([
      ['disabled', 'active'],
      ['restored', 'active'],
      ['disabled', 'active'],
      ['deleted', ''],
    ]);
  });

  test('and a request that changes nothing leaves none', async () => {
    await set({ active: true });
    await set({ userName: '' });
    await call('POST', '/Users', user(anna));
    await call('PATCH', path, patchOp({ op: 'replace', path: 'active', value: false }), { 'if-match': 'W/"old"' });
    await call('GET', path);
    await call('DELETE', `/Users/${randomUUID()}`);
    expect(await history()).toHaveLength(1);
  });

  const sorted = ([word, attributes]: readonly unknown[]) => [word, String(attributes).split(' ').sort()];
});

test('a change row has only its own columns: who, what, when and by which token, but no value', async () => {
  const before = Date.now();
  await call('POST', '/Users', user(anna));
  const [row] = await changesOf('advisors', tenant.name);
  const { etag: _, timestamp: __, ...columns } = Object(row);
  expect(columns).toEqual({
    partitionKey: tenant.name,
    rowKey: expect.stringMatching(/^~change\.\d{8}T\d{9}Z\.[0-9a-f]{16}$/),
    change: 'created',
    id,
    at: new Date(timeOf(String(row?.rowKey))),
    attributes: expect.any(String),
    token: expect.any(String),
  });
  expect(timeOf(String(row?.rowKey))).toBeGreaterThanOrEqual(before);
  const record = JSON.parse(service.log.findLast((line) => line.includes('"outcome":"created"')) ?? '{}');
  expect(columns).toMatchObject({ token: record.token, change: record.outcome, id: record.id });
  expect(JSON.stringify(columns)).not.toMatch(/anna/i);
});

describe('the key of a change', () => {
  const at = new Date('2026-11-27T19:52:49.123Z');

  test('contains its time, and sorts by it', () => {
    const key = newChangeKey(at);
    expect(key).toMatch(/^~change\.20261127T195249123Z\.[0-9a-f]{16}$/);
    expect(timeOf(key)).toBe(at.getTime());
    expect(key > keyAt(at)).toBe(true);
    expect(key < keyAt(new Date(at.getTime() + 1))).toBe(true);
    expect(newChangeKey(at)).not.toBe(key);
  });

  test.each(['~change.', '~changes.brake', '~change.20261127T195249123Z', '~change.20261127T195249123Z.x'])(
    'is not %s',
    (key) => {
      expect(timeOf(key)).toBeNaN();
    },
  );
});

test('the reader returns the changes from a key on, in order and page by page, and names the damaged ones', async () => {
  const table = tableOf('advisors');
  const start = Date.parse('2026-01-01T00:00:00Z');
  const cells = { change: 'updated', id, attributes: 'displayName', token: 'abcdefgh' };
  const rows = Array.from({ length: 1_100 }, (_, at) => {
    const time = new Date(start + at);
    return { ...cells, partitionKey: tenant.name, rowKey: newChangeKey(time), at: time };
  });
  for (let at = 0; at < rows.length; at += 100)
    await table.submitTransaction(rows.slice(at, at + 100).map((row) => ['create', row]));
  const damaged = String(rows[500]?.rowKey);
  await table.updateEntity({ partitionKey: tenant.name, rowKey: damaged, change: 'burnt' }, 'Merge');
  await table.createEntity({ partitionKey: tenant.name, rowKey: '~changes.brake' });

  const calls = startCalls();
  const changes: ChangeRow[] = [];
  const unread: string[] = [];
  for await (const page of readChanges({ table, tenant: tenant.name, calls }, keyAt(new Date(start + 50)))) {
    changes.push(...page.changes);
    unread.push(...page.damaged);
  }
  expect(unread).toEqual([damaged]);
  expect(changes.map(({ rowKey }) => rowKey)).toEqual(
    rows
      .slice(50)
      .map(({ rowKey }) => rowKey)
      .filter((key) => key !== damaged),
  );
  expect(changes[0]).toEqual({
    ...cells,
    attributes: ['displayName'],
    rowKey: rows[50]?.rowKey,
    at: new Date(start + 50),
  });
  expect(calls.count()).toBe(2);
});
