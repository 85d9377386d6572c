import type { Finding, FindingKind } from '../../shared/audit/finding.ts';
import type { Stored } from '../../shared/store/resource-row.ts';
import { type AuditedTable, nameless, person } from './audited-table.ts';

/** A table with three advisors: two at the RowKeys of their objectIds, and one without an objectId. */
export interface PopulatedTable {
  readonly table: AuditedTable;
  readonly anna: Stored;
  readonly bo: Stored;
  readonly carl: Stored;
}

export async function populate(table: AuditedTable): Promise<PopulatedTable> {
  const store = table.store();
  const anna = await store.insert(person('Anna@contoso.com'));
  const bo = await store.insert(person('bo@contoso.com'));
  const carl = await store.insert(nameless('carl@contoso.com'));
  return { table, anna, bo, carl };
}

/** One way to break an invariant, and the kind of finding that the audit has to report. */
export type Breakage = [kind: FindingKind, how: string, breakIt: (populated: PopulatedTable) => Promise<unknown>];

/** Every kind of finding once. */
export const kindsOf = (findings: readonly Finding[]): readonly FindingKind[] => [
  ...new Set(findings.map(({ kind }) => kind)),
];
