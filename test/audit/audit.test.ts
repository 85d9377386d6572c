import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { auditTable } from '../../shared/audit/audit.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { type AuditedTable, cellsOf, makeAuditedTable, nameless, person, TENANT } from './audited-table.ts';
import { populate } from './broken-table.ts';

let audited: AuditedTable;
beforeEach(async () => {
  audited = await makeAuditedTable();
});
afterEach(() => audited.end());

describe('a healthy table', () => {
  test('has no findings after resources were created, moved, renamed and deleted', async () => {
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
    const { anna, table } = await populate(audited);
    await table.store().update(anna, { ...anna.attributes, active: false }, 'disabled');
    await table.put('~changes.brake', { state: 'engaged', since: new Date() });
    await table.put(`~brake.01700000000000.${'0'.repeat(16)}`, {});
    expect(await table.audit()).toEqual([]);
  });
});

test('findings contain no values of the rows', async () => {
  const { anna, bo } = await populate(audited);
  await audited.merge(bo.rowKey, { userName: 'anna@contoso.com', displayName: 'Secret', active: 'Secret' });
  await audited.merge(anna.rowKey, { addresses: 'Secret', office: 'Secret' });
  await audited.put('~id.', {});
  const text = JSON.stringify(await audited.audit()).toLowerCase();
  expect(text).toContain('duplicate-unique-value');
  expect(text).not.toMatch(/secret|contoso\.com|østergade/);
});

test('the audit checks each tenant separately', async () => {
  const { anna } = await populate(audited);
  const cells = cellsOf(await audited.read(anna.rowKey));
  await audited.table.createEntity({ ...cells, partitionKey: 'fabrikam', rowKey: anna.rowKey });
  const findings = await auditTable(audited.table, advisors.resourceType, { pause: async () => undefined });
  expect(findings.map(({ tenant, kind }) => [tenant, kind])).toEqual([
    ['fabrikam', 'missing-unique-row'],
    ['fabrikam', 'missing-id-row'],
  ]);
  expect(await audited.audit({ tenant: TENANT })).toEqual([]);
});
