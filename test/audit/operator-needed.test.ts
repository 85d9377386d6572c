import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { auditTable } from '../../shared/audit/audit.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { resourceKey } from '../../shared/store/keys.ts';
import type { Stored } from '../../shared/store/resource-row.ts';
import { type AuditedTable, cellsOf, idRowOf, makeAuditedTable, office, userNameRowOf } from './audited-table.ts';
import { type Breakage, kindsOf, populate } from './broken-table.ts';

let audited: AuditedTable;
beforeEach(async () => {
  audited = await makeAuditedTable();
});
afterEach(() => audited.end());

const large = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`more${at}`, 'x'.repeat(32_000)]));

const forOperators: Breakage[] = [
  [
    'wrong-row-key',
    'a resource under the RowKey of another objectId',
    async ({ anna, table }) => {
      const rowKey = randomUUID();
      await table.put(rowKey, cellsOf(await table.read(anna.rowKey)));
      await table.remove(anna.rowKey);
      for (const key of [idRowOf(anna), userNameRowOf(anna)]) await table.merge(key, { target: rowKey });
    },
  ],
  [
    'wrong-row-key',
    'an externalId that does not match the RowKey',
    ({ carl, table }) => table.merge(carl.rowKey, { externalId: 'employee 7' }),
  ],
  [
    'wrong-row-key',
    'a RowKey of an unknown form',
    async ({ carl, table }) => {
      await table.put('Carl', cellsOf(await table.read(carl.rowKey)));
      await table.remove(carl.rowKey);
      for (const key of [idRowOf(carl), userNameRowOf(carl)]) await table.merge(key, { target: 'Carl' });
    },
  ],
  [
    'invalid-id',
    'an id in upper case',
    ({ carl, table }) =>
      table.merge(carl.rowKey, { id: carl.id.toUpperCase(), externalId: 'employee 7' }).then(() => moveTo(table, carl)),
  ],
  ['invalid-id', 'no id', ({ anna, table }) => table.drop(anna.rowKey, 'id')],
  ['invalid-date', 'no date of creation', ({ anna, table }) => table.drop(anna.rowKey, 'created')],
  ['invalid-date', 'a date that is text', ({ anna, table }) => table.merge(anna.rowKey, { lastModified: 'yesterday' })],
  [
    'unreadable-column',
    'addresses that are not JSON',
    ({ anna, table }) => table.merge(anna.rowKey, { addresses: '[{"type":"work"' }),
  ],
  [
    'unreadable-column',
    'a name that is a date',
    ({ anna, table }) => table.merge(anna.rowKey, { displayName: new Date() }),
  ],
  [
    'unreadable-column',
    'a userName that is a date',
    ({ anna, table }) => table.merge(anna.rowKey, { userName: new Date() }),
  ],
  ['invalid-attribute', 'no userName', ({ anna, table }) => table.drop(anna.rowKey, 'userName')],
  ['unreadable-column', 'an active that is text', ({ anna, table }) => table.merge(anna.rowKey, { active: 'True' })],
  ['invalid-attribute', 'an empty displayName', ({ anna, table }) => table.merge(anna.rowKey, { displayName: '' })],
  [
    'invalid-attribute',
    'a displayName that is too long',
    ({ anna, table }) => table.merge(anna.rowKey, { displayName: 'x'.repeat(32_001) }),
  ],
  [
    'invalid-attribute',
    'addresses that are not declared',
    ({ anna, table }) =>
      table.merge(anna.rowKey, { addresses: JSON.stringify([{ ...office('Østergade 5')[0], street: 'x' }]) }),
  ],
  [
    'unreadable-column',
    'addresses that are not a list',
    ({ anna, table }) => table.merge(anna.rowKey, { addresses: '7' }).then(() => table.drop(anna.rowKey, 'office')),
  ],
  [
    'invalid-attribute',
    'a member that occurs twice in an address',
    ({ anna, table }) =>
      table.merge(anna.rowKey, { addresses: '[{"type":"work","Type":"home","formatted":"Østergade 5"}]' }),
  ],
  [
    'invalid-attribute',
    'two primary addresses',
    ({ anna, table }) =>
      table.merge(anna.rowKey, {
        addresses: JSON.stringify([...office('Østergade 5'), ...office('b')].map((one) => ({ ...one, primary: true }))),
      }),
  ],
  ['unknown-column', 'a column that is not declared', ({ anna, table }) => table.merge(anna.rowKey, { phone: '1' })],
  ['unknown-row', 'an unknown row in the range of the resources', ({ table }) => table.put('marker', { on: true })],
  ['unknown-row', 'an unknown row after that range', ({ table }) => table.put('~lock', { on: true })],
  ['unknown-row', 'an unknown row at the end', ({ table }) => table.put('ø', { on: true })],
  [
    'duplicate-id',
    'a second resource with the same id',
    async ({ anna, bo, table }) => {
      await table.merge(bo.rowKey, { id: anna.id });
      await table.remove(idRowOf(bo));
      await table.merge(userNameRowOf(bo), { id: anna.id });
    },
  ],
  [
    'duplicate-unique-value',
    'a second resource with the same userName',
    async ({ anna, bo, table }) => {
      await table.merge(bo.rowKey, { userName: 'ANNA@contoso.com' });
      await table.remove(userNameRowOf(bo));
      await table.remove(userNameRowOf(anna)); // the owner of the index row is no longer known
    },
  ],
];

/** Moves a resource to the RowKey of its externalId, together with its index rows. */
async function moveTo(table: AuditedTable, { rowKey, ...stored }: Stored) {
  const target = resourceKey('employee 7', '');
  await table.put(target, cellsOf(await table.read(rowKey)));
  await table.remove(rowKey);
  for (const key of [idRowOf({ rowKey, ...stored }), userNameRowOf({ rowKey, ...stored })])
    await table.merge(key, { target });
}

describe('a fault that only an operator can repair', () => {
  test.each(forOperators)('is reported as %s (%s), and a repair changes no row', async (kind, _how, breakIt) => {
    await breakIt(await populate(audited));
    const before = await audited.rows();
    const findings = await audited.audit({ repair: true });
    expect(kindsOf(findings)).toEqual([kind]);
    expect(findings.some((finding) => finding.repairable || finding.repaired)).toBe(false);
    expect(await audited.rows()).toEqual(before);
    expect(kindsOf(await audited.audit({ pageRows: 1 }))).toEqual([kind]);
  });

  test('is reported for the RowKey as well if two resources have the same externalId', async () => {
    const { anna, bo } = await populate(audited);
    await audited.merge(bo.rowKey, { externalId: anna.rowKey });
    const findings = await audited.audit({ repair: true });
    expect(findings.map(({ kind, rowKey }) => [kind, rowKey])).toEqual([
      ['wrong-row-key', bo.rowKey],
      ['duplicate-external-id', bo.rowKey],
    ]);
  });

  test('is gone after the next write of the resource if only its RowKey was wrong', async () => {
    const { carl } = await populate(audited);
    await audited.merge(carl.rowKey, { externalId: 'employee 7' });
    expect(kindsOf(await audited.audit())).toEqual(['wrong-row-key']);
    const store = audited.store();
    const stored = await store.find(carl.id);
    if (!stored) throw new Error('Carl was created above.');
    await store.update(stored, { ...stored.attributes, displayName: 'Carl' }, 'updated');
    expect(await audited.audit()).toEqual([]);
  });

  test('is reported for rows that are too large for Table Storage', async () => {
    const { anna, bo } = await populate(audited);
    await audited.merge(anna.rowKey, large(20));
    await audited.merge(bo.rowKey, Object.fromEntries(Array.from({ length: 250 }, (_, at) => [`more${at}`, 1])));
    const tooLarge = (await audited.audit()).filter(({ kind }) => kind === 'row-too-large');
    expect(tooLarge.map(({ rowKey }) => rowKey).sort()).toEqual([anna.rowKey, bo.rowKey].sort());
  });

  test('is reported for a partition whose key is not a tenant name', async () => {
    await populate(audited);
    await audited.table.createEntity({ partitionKey: 'Contoso', rowKey: 'a' });
    await audited.table.createEntity({ partitionKey: 'Contoso', rowKey: 'b' });
    const findings = await auditTable(audited.table, advisors.resourceType);
    expect(findings).toMatchObject([{ kind: 'unknown-partition', tenant: 'Contoso' }]);
    expect(await audited.audit()).toEqual([]);
  });
});
