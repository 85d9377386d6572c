import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { auditTable } from '../../shared/audit/audit.ts';
import { externalId } from '../../shared/scim/common-attributes.ts';
import type { AttributeDeclaration } from '../../shared/scim/schema.ts';
import { defineService, type Service } from '../../shared/services/service.ts';
import { inProcess } from '../operations/in-process.ts';
import { type Client, patchOp, user } from '../service/client.ts';
import { resourceRowsOf, rowsBesideHistory, rowsOf, tableOf, userNameKeyOf } from './rows.ts';

const TABLE = 'versions';
const userName = { name: 'userName', description: 'The name.', required: true, uniqueness: 'server' } as const;
const active = {
  name: 'active',
  type: 'boolean',
  description: 'Whether in use.',
  initial: true,
  administrativeStatus: true,
} as const;
const shared: readonly AttributeDeclaration[] = [
  externalId,
  userName,
  active,
  { name: 'displayName', description: 'Shown.' },
];
const older = defineService('versions', 'The service as it was', shared);
const newer = defineService('versions', 'The service as it will be', [
  ...shared,
  { name: 'badge', uniqueness: 'server', caseExact: true, description: 'Another unique one.' },
  { name: 'floor', type: 'integer', description: 'Where.' },
  { name: 'rating', type: 'decimal', description: 'How good.' },
  { name: 'hired', type: 'dateTime', description: 'When.' },
  { name: 'languages', multiValued: true, description: 'Spoken.' },
  { name: 'bookable', type: 'boolean', initial: true, description: 'Whether.' },
  { name: 'costCenter', required: true, description: 'Who pays.' },
]);

let tenant: string;
let callOlder: Client;
let callNewer: Client;
beforeAll(async () => {
  await tableOf(TABLE).createTable();
});
beforeEach(() => {
  tenant = randomUUID();
  const clientOf = (service: Service) => inProcess({ service, table: tableOf(TABLE), tenant });
  [callOlder, callNewer] = [clientOf(older), clientOf(newer)];
});

const id = '0a21aa7c-5c5f-4c34-9f5e-6d1d0d2a7a01';
const path = `/Users/${id}`;
const known = { externalId: id, userName: 'anna@x.dk', active: true, displayName: 'Anna' };
const unknown = {
  badge: 'B1',
  floor: 3,
  rating: 2,
  hired: '2026-11-23T10:00:00Z',
  languages: ['dansk'],
  bookable: false,
  costCenter: '100',
};
const set = (call: Client, value: object) => call('PATCH', path, patchOp({ op: 'replace', value }));

/** The columns of the resource, with the types that they have in storage. */
async function cells(): Promise<Readonly<Record<string, unknown>>> {
  const list = tableOf(TABLE).listEntities({
    queryOptions: { filter: `PartitionKey eq '${tenant}' and RowKey lt '~'` },
    disableTypeConversion: true,
  });
  for await (const row of list) return row;
  throw new Error('There is no resource.');
}

describe('an older version beside a newer one', () => {
  beforeEach(async () => {
    expect((await callNewer('POST', '/Users', user({ ...known, ...unknown }))).status).toBe(201);
  });

  const changes: Readonly<Record<string, () => ReturnType<Client>>> = {
    'a PATCH': () => set(callOlder, { displayName: 'Anna B' }),
    'a PUT': () => callOlder('PUT', path, user({ ...known, active: false })),
    'a rename': () => set(callOlder, { userName: 'anna@y.dk' }),
    'a move': () => set(callOlder, { externalId: randomUUID() }),
  };

  test.each(Object.entries(changes))(
    'keeps in %s the columns that it does not know, with their types',
    async (_what, change) => {
      const before = await cells();
      expect((await change()).status).toBe(200);
      expect((await callNewer('GET', path)).body).toMatchObject(unknown);
      const after = await cells();
      for (const name of ['badge', 'floor', 'hired', 'languages', 'bookable', 'costCenter'])
        expect({ [name]: after[name] }).toEqual({ [name]: before[name] });
    },
  );

  test.each(Object.entries(changes))(
    'keeps in %s the index rows of attributes that only the newer one declares unique',
    async (_what, change) => {
      await change();
      const found = await callNewer('GET', '/Users?filter=badge+eq+%22B1%22');
      expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id }] });
      const taken = await callNewer('POST', '/Users', user({ userName: 'bo', badge: 'B1', costCenter: '1' }));
      expect(taken.status).toBe(409);
    },
  );

  test('also deletes the rows of the newer one', async () => {
    expect((await callOlder('DELETE', path)).status).toBe(204);
    expect(await rowsBesideHistory(TABLE, tenant)).toEqual([]);
  });
});

describe('a row that is older than an attribute', () => {
  beforeEach(async () => {
    expect((await callOlder('POST', '/Users', user(known))).status).toBe(201);
  });

  test('has the initial value when it is read, and in filters', async () => {
    expect((await callNewer('GET', path)).body).toMatchObject({ bookable: true });
    for (const [filter, totalResults] of Object.entries({
      'bookable eq true': 1,
      'bookable eq false': 0,
      'bookable pr': 1,
    }))
      expect((await callNewer('GET', `/Users?filter=${encodeURIComponent(filter)}`)).body).toMatchObject({
        totalResults,
      });
  });

  test('has the value in the table from its next change on', async () => {
    expect((await set(callNewer, { floor: 4 })).status).toBe(200);
    expect(await resourceRowsOf(TABLE, tenant)).toMatchObject([{ bookable: true }]);
  });

  test('can be disabled and deleted, although it lacks an attribute that is now required', async () => {
    expect((await set(callNewer, { active: false })).status).toBe(200);
    expect((await callNewer('GET', path)).body).toMatchObject({ active: false });
    expect((await callNewer('DELETE', path)).status).toBe(204);
  });

  test('is unique by the new attribute as soon as it has a value', async () => {
    expect((await set(callNewer, { badge: 'B1' })).status).toBe(200);
    const bo = user({ userName: 'bo', badge: 'B1', costCenter: '1' });
    expect((await callNewer('POST', '/Users', bo)).status).toBe(409);
    await callNewer('DELETE', path);
    expect((await callNewer('POST', '/Users', bo)).status).toBe(201);
  });
});

describe('columns of attributes that are no longer declared', () => {
  const audit = (dropColumns: boolean) =>
    auditTable(tableOf(TABLE), older.resourceType, { tenant, dropColumns, pause: async () => undefined });

  beforeEach(async () => {
    const { badge: _, ...plain } = unknown;
    await callNewer('POST', '/Users', user({ ...known, ...plain }));
  });

  test('are reported by the audit, and stay', async () => {
    const before = await rowsOf(TABLE, tenant);
    const findings = await audit(false);
    expect(findings.map(({ kind }) => kind)).toEqual(Array(6).fill('unknown-column'));
    expect(await rowsOf(TABLE, tenant)).toEqual(before);
  });

  test('are removed on request, and nothing else of the row is', async () => {
    const findings = await audit(true);
    expect(findings.every(({ repaired }) => repaired)).toBe(true);
    expect(await audit(false)).toEqual([]);
    expect((await callOlder('GET', path)).body).toMatchObject(known);
    const [row] = await resourceRowsOf(TABLE, tenant);
    for (const name of ['floor', 'rating', 'hired', 'languages', 'bookable', 'costCenter'])
      expect(row).not.toHaveProperty(name);
  });
});

test('the column stamp of an earlier version is not a fault, stays, and is removed on request', async () => {
  await callOlder('POST', '/Users', user(known));
  await tableOf(TABLE).updateEntity({ partitionKey: tenant, rowKey: id, stamp: 'abc' }, 'Merge');
  const audit = (dropColumns: boolean) =>
    auditTable(tableOf(TABLE), older.resourceType, { tenant, dropColumns, pause: async () => undefined });
  expect(await audit(false)).toEqual([]);
  await set(callOlder, { displayName: 'Anna B' });
  expect(await resourceRowsOf(TABLE, tenant)).toMatchObject([{ stamp: 'abc', displayName: 'Anna B' }]);
  await audit(true);
  expect((await resourceRowsOf(TABLE, tenant))[0]).not.toHaveProperty('stamp');
});

describe('a resource whose userName was folded differently by an earlier runtime', () => {
  const otherKey = userNameKeyOf('folded otherwise');

  beforeEach(async () => {
    await callOlder('POST', '/Users', user(known));
    const pointer = { partitionKey: tenant, target: id, id };
    await tableOf(TABLE).submitTransaction([
      ['update', { partitionKey: tenant, rowKey: id, indexRows: otherKey }, 'Merge'],
      ['delete', { partitionKey: tenant, rowKey: userNameKeyOf(known.userName) }],
      ['create', { ...pointer, rowKey: otherKey }],
    ]);
  });

  const keysOf = async () => (await rowsBesideHistory(TABLE, tenant)).map(({ rowKey }) => rowKey);

  test('can be deleted, and leaves nothing behind', async () => {
    expect((await callOlder('DELETE', path)).status).toBe(204);
    expect(await keysOf()).toEqual([]);
  });

  test('keeps its userName row when something else changes, even when it moves', async () => {
    expect((await set(callOlder, { active: false })).status).toBe(200);
    const moved = randomUUID();
    expect((await set(callOlder, { externalId: moved })).status).toBe(200);
    expect(await keysOf()).toEqual([moved, `~id.${id}`, otherKey]);
  });

  test('gets the userName row of the current folding when it is renamed', async () => {
    expect((await set(callOlder, { userName: 'ANNA@x.dk' })).status).toBe(200);
    expect(await keysOf()).toEqual([id, `~id.${id}`, userNameKeyOf(known.userName)]);
  });
});

test('a row without stored keys, as earlier versions wrote them, can be found, renamed and deleted', async () => {
  await callOlder('POST', '/Users', user(known));
  const { indexRows: _, ...row } = await tableOf(TABLE).getEntity<Record<string, unknown>>(tenant, id);
  await tableOf(TABLE).updateEntity({ ...row, partitionKey: tenant, rowKey: id }, 'Replace');
  expect((await callOlder('GET', '/Users?filter=userName+eq+%22ANNA@x.dk%22')).body['totalResults']).toBe(1);
  expect((await set(callOlder, { userName: 'anna@y.dk' })).status).toBe(200);
  expect((await callOlder('DELETE', path)).status).toBe(204);
  expect(await rowsBesideHistory(TABLE, tenant)).toEqual([]);
});
