import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Client, clientOf, patchOp, user } from '../service/client.ts';
import { type RunningService, startService } from '../service/service.ts';
import { rowsBesideHistory, tableOf, userNameKeyOf } from './rows.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const table = tableOf('advisors');
const userName = 'anna@contoso.com';
let tenant: string;
let call: Client;
let id: string;
let path: string;
beforeEach(async () => {
  const fresh = service.newTenant();
  tenant = fresh.name;
  call = clientOf(service, 'advisors', fresh);
  id = randomUUID();
  path = `/Users/${id}`;
  await call('POST', '/Users', user({ userName, externalId: id, displayName: 'Anna' }));
});

const set = (values: object) => patchOp({ op: 'replace', value: values });
const remove = (rowKey: string) => table.deleteEntity(tenant, rowKey);
const merge = (cells: object) => table.updateEntity({ partitionKey: tenant, rowKey: id, ...cells }, 'Merge');
/** What the record of the last request says is damaged. */
const recorded = () => JSON.parse(service.log.at(-1) ?? '')['damage'];

describe('a resource without its userName row', () => {
  beforeEach(() => remove(userNameKeyOf(userName)));
  const damage = [{ rowKey: userNameKeyOf(userName), reason: 'the index row is missing' }];

  test('can be deleted, and nothing of it is left', async () => {
    expect((await call('DELETE', path)).status).toBe(204);
    expect(recorded()).toEqual(damage);
    expect(await rowsBesideHistory('advisors', tenant)).toEqual([]);
  });

  test('can be disabled, which needs no index row', async () => {
    expect((await call('PATCH', path, set({ active: false }))).status).toBe(200);
    expect(recorded()).toBeUndefined();
  });

  test('can be renamed, and then has one again', async () => {
    expect((await call('PATCH', path, set({ userName: 'anna.b@contoso.com' }))).status).toBe(200);
    expect(recorded()).toEqual(damage);
    expect((await call('GET', '/Users?filter=userName+eq+%22anna.b@contoso.com%22')).body['totalResults']).toBe(1);
  });
});

test('a resource without its id row can be deleted', async () => {
  await remove(`~id.${id}`);
  expect((await call('DELETE', path)).status).toBe(204);
  expect(recorded()).toEqual([{ rowKey: `~id.${id}`, reason: 'the index row is missing' }]);
});

test('an index row that points to no resource is damage, not contention', async () => {
  await remove(id);
  const { status, body } = await call('GET', `/Users?filter=userName+eq+%22${userName}%22`);
  expect([status, body.detail]).toEqual([500, expect.stringContaining('damaged')]);
  const [damage] = recorded();
  expect(damage).toEqual({ rowKey: userNameKeyOf(userName), reason: expect.stringContaining('points to no resource') });
});

describe('a resource with a column that cannot be read', () => {
  beforeEach(() => merge({ addresses: '[{"formatted": ' }));
  const damage = [{ rowKey: expect.any(String), reason: 'unreadable: addresses' }];

  test('is left out of lists, recorded, and takes nobody else away', async () => {
    await call('POST', '/Users', user({ userName: 'bo@contoso.com' }));
    for (const query of ['', '?cursor=', '?sortBy=userName', '?filter=active+eq+true']) {
      const { status, body } = await call('GET', `/Users${query}`);
      expect([status, body['Resources']]).toEqual([200, [expect.objectContaining({ userName: 'bo@contoso.com' })]]);
      expect(recorded()).toEqual(damage);
    }
  });

  test('is not shown by half', async () => {
    for (const one of [path, `/Users?filter=userName+eq+%22${userName}%22`]) {
      expect((await call('GET', one)).status).toBe(500);
      expect(recorded()).toEqual(damage);
    }
  });

  test('can be disabled, and the column stays as it is for whoever mends it', async () => {
    expect((await call('PATCH', path, set({ active: false }))).status).toBe(200);
    expect(recorded()).toEqual(damage);
    const row = await table.getEntity<Record<string, unknown>>(tenant, id);
    expect([row['active'], row['addresses']]).toEqual([false, '[{"formatted": ']);
  });

  test('can be deleted', async () => {
    expect((await call('DELETE', path)).status).toBe(204);
    expect(await rowsBesideHistory('advisors', tenant)).toEqual([]);
  });

  test('is whole again when its attribute is written', async () => {
    const address = { op: 'add', path: 'addresses', value: [{ type: 'work', formatted: 'Havnen 1' }] };
    expect((await call('PATCH', path, patchOp(address))).status).toBe(200);
    expect((await call('GET', path)).body['addresses']).toEqual([{ type: 'work', formatted: 'Havnen 1' }]);
  });
});

test.each(['created', 'lastModified'])(
  'a resource whose %s is no date takes nobody else away, and its next write mends it',
  async (column) => {
    await merge({ [column]: 'never' });
    expect((await call('GET', '/Users')).body['totalResults']).toBe(0);
    expect((await call('PATCH', path, set({ active: false }))).status).toBe(200);
    expect((await call('GET', '/Users')).body['totalResults']).toBe(1);
  },
);

test('a resource whose required attribute is gone can still be disabled', async () => {
  await table.updateEntity(
    {
      ...(await table.getEntity<Record<string, unknown>>(tenant, id)),
      partitionKey: tenant,
      rowKey: id,
      userName: null,
    },
    'Replace',
  );
  expect((await call('PATCH', path, set({ active: false }))).status).toBe(200);
});
