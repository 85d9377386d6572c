import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { auditTable } from '../../shared/audit/audit.ts';
import type { FindingKind } from '../../shared/audit/finding.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { idKey, resourceKey, uniqueKey } from '../../shared/store/keys.ts';
import type { Stored } from '../../shared/store/resource-row.ts';
import {
  type AuditedTable,
  cellsOf,
  idRowOf,
  makeAuditedTable,
  nameless,
  office,
  person,
  TENANT,
  userNameRowOf,
} from './audited-table.ts';

let audited: AuditedTable;
beforeEach(async () => {
  audited = await makeAuditedTable();
});
afterEach(() => audited.end());

/** Two advisors at their objectIds, one of which is broken, and one without an objectId. */
interface Broken {
  readonly anna: Stored;
  readonly bo: Stored;
  readonly carl: Stored;
  readonly table: AuditedTable;
}

async function populate(): Promise<Broken> {
  const store = audited.store();
  const anna = await store.insert(person('Anna@contoso.com'));
  const bo = await store.insert(person('bo@contoso.com'));
  const carl = await store.insert(nameless('carl@contoso.com'));
  return { anna, bo, carl, table: audited };
}

type Breakage = [kind: FindingKind, how: string, breakIt: (parts: Broken) => Promise<unknown>];

const kindsOf = (findings: readonly { readonly kind: FindingKind }[]) => [...new Set(findings.map(({ kind }) => kind))];

describe('a healthy table', () => {
  test('has no findings, whatever was created, moved, renamed and deleted in it', async () => {
    const store = audited.store();
    const moved = await store.insert(person('moved@contoso.com'));
    const upper = await store.insert(person('upper@contoso.com', { externalId: randomUUID().toUpperCase() }));
    const hashed = await store.insert(person('hashed@contoso.com', { externalId: 'employee/7 ?' }));
    const without = await store.insert(nameless('without@contoso.com'));
    const renamed = await store.insert(person('Renamed@contoso.com'));
    const gone = await store.insert(person('gone@contoso.com'));
    await store.insert({ userName: 'only@contoso.com', active: false });
    await store.update(moved, { ...moved.attributes, externalId: randomUUID() }, 'moved');
    await store.update(upper, { ...upper.attributes, externalId: 'now hashed' }, 'moved');
    await store.update(hashed, { ...hashed.attributes, externalId: randomUUID() }, 'moved');
    await store.update(
      without,
      { ...without.attributes, externalId: randomUUID(), userName: 'with@contoso.com' },
      'moved',
    );
    await store.update(renamed, { ...renamed.attributes, userName: 'RENAMED@contoso.com', active: false }, 'disabled');
    await store.remove(gone);
    await store.insert(person('GONE@contoso.com', { externalId: moved.rowKey }));
    expect(await audited.audit()).toEqual([]);
    expect(await audited.audit({ pageRows: 1 })).toEqual([]);
  });

  test("may contain the brake's rows", async () => {
    const { anna, table } = await populate();
    await table.store().update(anna, { ...anna.attributes, active: false }, 'disabled');
    await table.put('~changes.brake', { state: 'engaged', since: new Date() });
    await table.put(`~brake.01700000000000.${'0'.repeat(16)}`, {});
    expect(await table.audit()).toEqual([]);
  });
});

const repairable: Breakage[] = [
  ['missing-id-row', 'no id row', ({ anna, table }) => table.remove(idRowOf(anna))],
  ['missing-id-row', 'no id row of a resource without externalId', ({ carl, table }) => table.remove(idRowOf(carl))],
  [
    'wrong-id-row',
    'an id row that points nowhere',
    ({ anna, table }) => table.merge(idRowOf(anna), { target: randomUUID() }),
  ],
  [
    'wrong-id-row',
    'an id row that points at another resource',
    ({ anna, bo, table }) => table.merge(idRowOf(anna), { target: bo.rowKey }),
  ],
  ['wrong-id-row', 'an id row of another id', ({ anna, bo, table }) => table.merge(idRowOf(anna), { id: bo.id })],
  ['wrong-id-row', 'an id row without a target', ({ anna, table }) => table.put(idRowOf(anna), {})],
  ['missing-unique-row', 'no userName row', ({ anna, table }) => table.remove(userNameRowOf(anna))],
  [
    'wrong-unique-row',
    'a userName row that points nowhere',
    ({ anna, table }) => table.merge(userNameRowOf(anna), { target: 'n.nobody' }),
  ],
  [
    'wrong-unique-row',
    'a userName row that points at another resource',
    ({ anna, bo, table }) => table.put(userNameRowOf(anna), { target: bo.rowKey, id: bo.id }),
  ],
  [
    'wrong-unique-row',
    'a userName row of another id',
    ({ anna, table }) => table.merge(userNameRowOf(anna), { id: randomUUID() }),
  ],
  [
    'wrong-unique-row',
    'userName rows that are swapped',
    async ({ anna, bo, table }) => {
      await table.put(userNameRowOf(anna), { target: bo.rowKey, id: bo.id });
      await table.put(userNameRowOf(bo), { target: anna.rowKey, id: anna.id });
    },
  ],
  [
    'orphan-index-row',
    'an id row without a resource',
    ({ table }) => {
      const id = randomUUID();
      return table.put(idKey(id), { target: id, id });
    },
  ],
  [
    'orphan-index-row',
    'a second id row of a resource',
    ({ anna, table }) => table.put(idKey(randomUUID()), { target: anna.rowKey, id: anna.id }),
  ],
  [
    'orphan-index-row',
    'a userName row without a resource',
    ({ table }) => table.put(uniqueKey('userName', 'nobody'), { target: randomUUID(), id: randomUUID() }),
  ],
  [
    'orphan-index-row',
    'a userName row that a rename left behind',
    ({ anna, table }) => table.put(uniqueKey('userName', 'old@contoso.com'), { target: anna.rowKey, id: anna.id }),
  ],
  ['orphan-index-row', 'the index rows of a resource that is gone', ({ anna, table }) => table.remove(anna.rowKey)],
  ['orphan-index-row', 'an index row with nothing in it', ({ table }) => table.put('~id.', {})],
  [
    'wrong-derived-column',
    'an office that differs from the address',
    ({ anna, table }) => table.merge(anna.rowKey, { office: 'Elsewhere' }),
  ],
  [
    'wrong-derived-column',
    'index rows that are not those of its values',
    ({ anna, bo, table }) => table.merge(anna.rowKey, { indexRows: userNameRowOf(bo) }),
  ],
  [
    'wrong-derived-column',
    'index rows that cannot be read',
    ({ anna, table }) => table.merge(anna.rowKey, { indexRows: 'Secret' }),
  ],
  ['wrong-derived-column', 'no office', ({ anna, table }) => table.drop(anna.rowKey, 'office')],
  ['wrong-derived-column', 'an office without an address', ({ anna, table }) => table.drop(anna.rowKey, 'addresses')],
  ['missing-value', 'no value of active', ({ anna, table }) => table.drop(anna.rowKey, 'active')],
];

describe('what can be repaired safely', () => {
  test.each(repairable)('is reported as %s (%s), and --repair repairs it', async (kind, _how, breakIt) => {
    const parts = await populate();
    await breakIt(parts);
    const findings = await audited.audit();
    expect(kindsOf(findings)).toEqual([kind]);
    expect(findings.every((finding) => finding.repairable && !finding.repaired)).toBe(true);

    const repaired = await audited.audit({ repair: true });
    expect(kindsOf(repaired)).toEqual([kind]);
    expect(repaired.every((finding) => finding.repaired)).toBe(true);
    expect(await audited.audit()).toEqual([]);
  });

  test.each(repairable)('finds it page by page, too (%s, %s)', async (kind, _how, breakIt) => {
    await breakIt(await populate());
    expect(kindsOf(await audited.audit({ pageRows: 1 }))).toEqual([kind]);
  });
});

const large = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`more${at}`, 'x'.repeat(32_000)]));

const forPeople: Breakage[] = [
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

describe('what an operator has to look at', () => {
  test.each(forPeople)(
    'is reported as %s (%s), and --repair leaves every row as it is',
    async (kind, _how, breakIt) => {
      await breakIt(await populate());
      const before = await allRows();
      const findings = await audited.audit({ repair: true });
      expect(kindsOf(findings)).toEqual([kind]);
      expect(findings.some((finding) => finding.repairable || finding.repaired)).toBe(false);
      expect(await allRows()).toEqual(before);
      expect(kindsOf(await audited.audit({ pageRows: 1 }))).toEqual([kind]);
    },
  );

  test('includes two resources with the same externalId, one of which has another RowKey', async () => {
    const { anna, bo } = await populate();
    await audited.merge(bo.rowKey, { externalId: anna.rowKey });
    const findings = await audited.audit({ repair: true });
    expect(findings.map(({ kind, rowKey }) => [kind, rowKey])).toEqual([
      ['wrong-row-key', bo.rowKey],
      ['duplicate-external-id', bo.rowKey],
    ]);
  });

  test('includes a resource with another RowKey, which its next write corrects', async () => {
    const { carl } = await populate();
    await audited.merge(carl.rowKey, { externalId: 'employee 7' });
    const store = audited.store();
    const stored = await store.find(carl.id);
    if (!stored) throw new Error('Carl was created above.');
    await store.update(stored, { ...stored.attributes, displayName: 'Carl' }, 'updated');
    expect(await audited.audit()).toEqual([]);
  });

  test('includes rows that Table Storage would refuse', async () => {
    const { anna, bo } = await populate();
    await audited.merge(anna.rowKey, large(20));
    await audited.merge(bo.rowKey, Object.fromEntries(Array.from({ length: 250 }, (_, at) => [`more${at}`, 1])));
    const tooLarge = (await audited.audit()).filter(({ kind }) => kind === 'row-too-large');
    expect(tooLarge.map(({ rowKey }) => rowKey).sort()).toEqual([anna.rowKey, bo.rowKey].sort());
  });

  test('includes a partition that is not a tenant', async () => {
    await populate();
    await audited.table.createEntity({ partitionKey: 'Contoso', rowKey: 'a' });
    await audited.table.createEntity({ partitionKey: 'Contoso', rowKey: 'b' });
    const findings = await auditTable(audited.table, advisors.resourceType);
    expect(findings).toMatchObject([{ kind: 'unknown-partition', tenant: 'Contoso' }]);
    expect(await audited.audit()).toEqual([]);
  });
});

test('the audit reveals none of the values that it read', async () => {
  const { anna, bo } = await populate();
  await audited.merge(bo.rowKey, { userName: 'anna@contoso.com', displayName: 'Secret', active: 'Secret' });
  await audited.merge(anna.rowKey, { addresses: 'Secret', office: 'Secret' });
  await audited.put('~id.', {});
  const text = JSON.stringify(await audited.audit()).toLowerCase();
  expect(text).toContain('duplicate-unique-value');
  expect(text).not.toMatch(/secret|contoso\.com|østergade/);
});

test('the audit reads each tenant separately', async () => {
  const { anna } = await populate();
  const cells = cellsOf(await audited.read(anna.rowKey));
  await audited.table.createEntity({ ...cells, partitionKey: 'fabrikam', rowKey: anna.rowKey });
  const findings = await auditTable(audited.table, advisors.resourceType, { pause: async () => undefined });
  expect(findings.map(({ tenant, kind }) => [tenant, kind])).toEqual([
    ['fabrikam', 'missing-unique-row'],
    ['fabrikam', 'missing-id-row'],
  ]);
  expect(await audited.audit({ tenant: TENANT })).toEqual([]);
});

async function allRows() {
  const rows = [];
  for await (const row of audited.table.listEntities()) rows.push(row);
  return rows;
}
