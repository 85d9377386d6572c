import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { auditTable } from '../../shared/audit/audit.ts';
import { externalId } from '../../shared/scim/common-attributes.ts';
import type { AttributeDeclaration } from '../../shared/scim/schema.ts';
import { defineService } from '../../shared/services/service.ts';
import { inProcess } from '../operations/in-process.ts';
import { type Client, patchOp, user } from '../service/client.ts';
import { tableOf } from './rows.ts';

const TABLE = 'versions';
const userName = { name: 'userName', description: 'The name.', required: true, uniqueness: 'server' } as const;
const active: AttributeDeclaration = {
  name: 'active',
  type: 'boolean',
  description: 'In use.',
  initial: true,
  administrativeStatus: true,
};
const older = defineService(TABLE, 'The older version', [externalId, userName, active]);
const newer = defineService(TABLE, 'The newer version', [
  externalId,
  userName,
  active,
  { name: 'title', description: 'A new attribute.' },
  { name: 'rank', type: 'integer', description: 'A new number.' },
  { name: 'visible', type: 'boolean', description: 'A new one with an initial value.', initial: true },
  { name: 'badge', description: 'A new one that is required.', required: true },
]);

const table = tableOf(TABLE);
beforeAll(() => table.createTable());

let tenant: string;
let id: string;
let path: string;
let old: Client;
let young: Client;
beforeEach(() => {
  tenant = randomUUID();
  id = randomUUID();
  path = `/Users/${id}`;
  old = inProcess({ service: older, table, tenant });
  young = inProcess({ service: newer, table, tenant });
});

const set = (values: object) => patchOp({ op: 'replace', value: values });
const row = () => table.getEntity<Record<string, unknown>>(tenant, id);
const found = async (client: Client, filter: string) =>
  (await client('GET', `/Users?filter=${encodeURIComponent(filter)}`)).body['totalResults'];

describe('an older version, beside a newer one', () => {
  const attributes = { title: 'Advisor', rank: 3, visible: false, badge: 'B1' };
  beforeEach(() => young('POST', '/Users', user({ userName: 'anna', externalId: id, ...attributes })));

  test.each([
    ['a change', (): object => set({ userName: 'anna b' })],
    ['a disable', (): object => set({ active: false })],
  ])('keeps by %s what the newer one wrote', async (_what, body) => {
    expect((await old('PATCH', path, body())).status).toBe(200);
    expect((await young('GET', path)).body).toMatchObject(attributes);
  });

  test('keeps it by a PUT', async () => {
    expect((await old('PUT', path, user({ userName: 'anna', externalId: id }))).status).toBe(200);
    expect((await young('GET', path)).body).toMatchObject(attributes);
  });

  test('keeps it when the resource moves', async () => {
    expect((await old('PATCH', path, set({ externalId: randomUUID() }))).status).toBe(200);
    expect((await young('GET', path)).body).toMatchObject(attributes);
  });
});

describe('a newer version, with the rows of an older one', () => {
  beforeEach(() => old('POST', '/Users', user({ userName: 'anna', externalId: id })));

  test('answers and finds the initial value of an attribute that they lack', async () => {
    expect((await young('GET', path)).body).toMatchObject({ visible: true });
    expect(await found(young, 'visible eq true')).toBe(1);
    expect(await found(young, 'visible eq false')).toBe(0);
  });

  test('disables a resource that lacks what is now required, and restores it', async () => {
    expect((await young('PATCH', path, set({ active: 'False' }))).status).toBe(200);
    expect((await young('PATCH', path, set({ active: true }))).status).toBe(200);
    expect((await young('PATCH', path, set({ badge: ' ' }))).status).toBe(400);
  });

  test('writes the initial value with the next change, for those who read the table', async () => {
    await young('PATCH', path, set({ title: 'Advisor' }));
    expect((await row())['visible']).toBe(true);
  });
});

test('columns of attributes that were given up are named by the audit, and dropped on request', async () => {
  const given = { userName: 'anna', externalId: id, title: 'Advisor', badge: 'B1' };
  await young('POST', '/Users', user(given));
  const options = { tenant, pause: async () => undefined };
  const findings = await auditTable(table, older.resourceType, options);
  expect(findings.map(({ kind, mendable }) => [kind, mendable])).toEqual(
    ['badge', 'title', 'visible'].map(() => ['unknown-column', false]),
  );
  await auditTable(table, older.resourceType, { ...options, repair: true });
  expect(await row()).toMatchObject({ title: 'Advisor' });
  await auditTable(table, older.resourceType, { ...options, dropColumns: true });
  for (const name of ['badge', 'title', 'visible']) expect(await row()).not.toHaveProperty(name);
  expect(await auditTable(table, older.resourceType, options)).toEqual([]);
  expect((await old('GET', path)).body).toMatchObject({ userName: 'anna' });
});

test('index rows are found by the keys that are stored with the resource, whatever folding makes of the value now', async () => {
  await old('POST', '/Users', user({ userName: 'anna', externalId: id }));
  const { indexRows, ...rest } = await row();
  const key = `~userName.${'0'.repeat(64)}`; // as a runtime with other rules of folding would have made it
  await table.deleteEntity(tenant, String(indexRows));
  await table.createEntity({ partitionKey: tenant, rowKey: key, target: id, id });
  await table.updateEntity({ ...rest, partitionKey: tenant, rowKey: id, indexRows: key }, 'Replace');
  expect((await old('PATCH', path, set({ active: false }))).status).toBe(200);
  expect((await row())['indexRows']).toBe(key);
  expect((await old('DELETE', path)).status).toBe(204);
  await expect(table.getEntity(tenant, key)).rejects.toMatchObject({ statusCode: 404 });
});
