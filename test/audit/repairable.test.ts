import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { idKey, uniqueKey } from '../../shared/store/keys.ts';
import { type AuditedTable, idRowOf, makeAuditedTable, userNameRowOf } from './audited-table.ts';
import { type Breakage, kindsOf, populate } from './broken-table.ts';

let audited: AuditedTable;
beforeEach(async () => {
  audited = await makeAuditedTable();
});
afterEach(() => audited.end());

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

describe('a fault that can be repaired safely', () => {
  test.each(repairable)('is reported as %s (%s), and a repair corrects it', async (kind, _how, breakIt) => {
    const parts = await populate(audited);
    await breakIt(parts);
    const findings = await audited.audit();
    expect(kindsOf(findings)).toEqual([kind]);
    expect(findings.every((finding) => finding.repairable && !finding.repaired)).toBe(true);

    const repaired = await audited.audit({ repair: true });
    expect(kindsOf(repaired)).toEqual([kind]);
    expect(repaired.every((finding) => finding.repaired)).toBe(true);
    expect(await audited.audit()).toEqual([]);
  });

  test.each(repairable)('is also found when each page has one row: %s (%s)', async (kind, _how, breakIt) => {
    await breakIt(await populate(audited));
    expect(kindsOf(await audited.audit({ pageRows: 1 }))).toEqual([kind]);
  });
});
