import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Client, clientOf, patchOp, user } from '../service/client.ts';
import { type RunningService, startService, type Tenant } from '../service/service.ts';
import { type StorageProxy, startStorageProxy } from '../stand-ins/storage-proxy.ts';
import { rowsBesideHistory, tableOf, userNameKeyOf } from './rows.ts';

const TABLE = 'advisors';
let proxy: StorageProxy;
let service: RunningService;
beforeAll(async () => {
  proxy = await startStorageProxy();
  service = await startService(proxy.tables);
});
afterAll(async () => {
  await service.stop();
  await proxy.stop();
});

let tenant: Tenant;
let call: Client;
let id: string;
beforeEach(async () => {
  tenant = service.newTenant();
  call = clientOf(service, TABLE, tenant);
  id = randomUUID();
  const addresses = [{ type: 'work', formatted: 'Havnen 2' }];
  const anna = user({ userName: 'anna@x.dk', externalId: id, displayName: 'Anna', addresses });
  expect((await call('POST', '/Users', anna)).status).toBe(201);
  expect((await call('POST', '/Users', user({ userName: 'bo@x.dk', externalId: randomUUID() }))).status).toBe(201);
});

const keys = () => ({ partitionKey: tenant.name });
const merge = (cells: object) => tableOf(TABLE).updateEntity({ ...keys(), rowKey: id, ...cells }, 'Merge');
const set = (value: object) => call('PATCH', `/Users/${id}`, patchOp({ op: 'replace', value }));
const query = (filter: string) => call('GET', `/Users?filter=${encodeURIComponent(filter)}`);

async function dropRow(rowKey: string): Promise<void> {
  await tableOf(TABLE).deleteEntity(tenant.name, rowKey);
}

async function dropColumn(name: string): Promise<void> {
  const { [name]: _, ...row } = await tableOf(TABLE).getEntity<Record<string, unknown>>(tenant.name, id);
  await tableOf(TABLE).updateEntity({ ...row, ...keys(), rowKey: id }, 'Replace');
}

/** The last record of a request. */
const lastRecord = () => JSON.parse(service.log.findLast((line) => line.includes('"record":"request"')) ?? '{}');

describe('a resource without its userName row', () => {
  const userNameRow = userNameKeyOf('anna@x.dk');
  beforeEach(() => dropRow(userNameRow));

  const changes: Readonly<Record<string, () => ReturnType<Client>>> = {
    'be deleted': () => call('DELETE', `/Users/${id}`),
    'be renamed': () => set({ userName: 'anna@y.dk' }),
  };

  test.each(Object.entries(changes))('can still %s, and the log names the row', async (_what, change) => {
    const before = proxy.calls.length;
    expect((await change()).status).toBeLessThan(300);
    expect(proxy.calls.length - before).toBe(3);
    expect(lastRecord()).toMatchObject({
      damagedRows: 1,
      damage: [{ rowKey: userNameRow, reason: 'the index row is missing' }],
    });
  });

  test('leaves nothing behind when it is deleted', async () => {
    await call('DELETE', `/Users/${id}`);
    expect((await rowsBesideHistory(TABLE, tenant.name)).filter((row) => row['id'] === id)).toEqual([]);
  });

  test('can still be disabled', async () => {
    expect((await set({ active: false })).status).toBe(200);
  });

  test('has the row again after a move', async () => {
    expect((await set({ externalId: randomUUID() })).status).toBe(200);
    expect((await query('userName eq "anna@x.dk"')).body['totalResults']).toBe(1);
  });
});

test('a resource without its id row can be deleted, and the log names the row', async () => {
  await dropRow(`~id.${id}`);
  expect((await call('DELETE', `/Users/${id}`)).status).toBe(204);
  expect(lastRecord()).toMatchObject({ damage: [{ rowKey: `~id.${id}` }] });
});

describe('an index row that does not lead to its resource is a fault, not contention:', () => {
  test('the resource is gone', async () => {
    await dropRow(id);
    const before = proxy.calls.length;
    const answer = await query('userName eq "anna@x.dk"');
    expect(answer.status).toBe(500);
    expect(proxy.calls.length - before).toBeLessThanOrEqual(4);
    expect(lastRecord()).toMatchObject({ status: 500, damage: [{ rowKey: userNameKeyOf('anna@x.dk') }] });
    expect((await call('GET', `/Users/${id}`)).status).toBe(500);
    expect(lastRecord()).toMatchObject({ damage: [{ rowKey: `~id.${id}` }] });
  });

  test('the index row belongs to another resource', async () => {
    await merge({ id: randomUUID() });
    expect((await query('userName eq "anna@x.dk"')).status).toBe(500);
  });
});

const broken: Readonly<Record<string, () => Promise<unknown>>> = {
  'addresses that are not JSON': () => merge({ addresses: '[{"type":' }),
  'addresses that are not a list': () => merge({ addresses: '7' }),
  'addresses that are a list of numbers': () => merge({ addresses: '[7]' }),
  'a name that is a date': () => merge({ displayName: new Date() }),
  'no date of creation': () => dropColumn('created'),
  'a date of change that is text': () => merge({ lastModified: 'yesterday' }),
};

describe.each(Object.entries(broken))('a row with %s', (_what, breakIt) => {
  beforeEach(() => breakIt());

  test('is left out of every list without an error, and the log counts it', async () => {
    const lists = [
      '',
      '?cursor',
      '?sortBy=displayName',
      `?filter=${encodeURIComponent('displayName pr or active pr')}`,
    ];
    for (const list of lists) {
      const { status, body } = await call('GET', `/Users${list}`);
      expect(status).toBe(200);
      expect(body['Resources']).toMatchObject([{ userName: 'bo@x.dk' }]);
      expect(lastRecord()).toMatchObject({ damagedRows: 1, damage: [{ rowKey: id, reason: expect.any(String) }] });
    }
  });

  test('is never returned in part: the response is 500, and the log names the row', async () => {
    for (const answer of [await call('GET', `/Users/${id}`), await query(`externalId eq "${id}"`)]) {
      expect(answer.status).toBe(500);
      expect(lastRecord()).toMatchObject({ damage: [{ rowKey: id }] });
    }
  });

  test('can be disabled and deleted', async () => {
    expect((await set({ active: false })).status).toBe(200);
    const row = await tableOf(TABLE).getEntity<Record<string, unknown>>(tenant.name, id);
    expect(row['active']).toBe(false);
    expect((await call('DELETE', `/Users/${id}`)).status).toBe(204);
    expect((await rowsBesideHistory(TABLE, tenant.name)).filter((one) => one['id'] === id)).toEqual([]);
  });
});

test('a column that cannot be read stays as it is when something else is changed', async () => {
  await merge({ addresses: '[{"type":' });
  await set({ displayName: 'Anna B' });
  const row = await tableOf(TABLE).getEntity<Record<string, unknown>>(tenant.name, id);
  expect(row).toMatchObject({ displayName: 'Anna B', addresses: '[{"type":' });
});

test('a column that cannot be read is repaired when it is written again, and a date is repaired by any change', async () => {
  await merge({ addresses: '[{"type":', created: 'never' });
  const addresses = [{ type: 'work', formatted: 'Havnen 1' }];
  expect((await set({ addresses })).status).toBe(200);
  expect(await call('GET', `/Users/${id}`)).toMatchObject({ status: 200, body: { addresses } });
});

test('a resource without a required attribute can still be disabled', async () => {
  await dropColumn('userName');
  expect((await set({ active: false })).status).toBe(200);
});

test('a row that is not a resource is left out of lists, and recorded', async () => {
  await tableOf(TABLE).createEntity({ ...keys(), rowKey: 'marker', on: true });
  expect((await call('GET', '/Users')).body['totalResults']).toBe(2);
  expect(lastRecord()).toMatchObject({ damagedRows: 1, damage: [{ rowKey: 'marker' }] });
});
