import type { TransactionAction } from '@azure/data-tables';
import type { Row } from '../store/resource-row.ts';
import type { Fault } from './finding.ts';
import { linkChecker, targetOf } from './links.ts';
import { type ColumnCheck, checkChangeRow } from './resource-check.ts';
import type { PartitionView } from './row-reading.ts';
import type { Repair } from './rows.ts';

/** The result of examining one row. */
export interface Examination {
  readonly faults: readonly Fault[];
  /**
   * False if the row was written during the examination, so rows from different times were compared. The faults of a settled examination are real,
   * because a request that changes an index row also writes its resource in the same transaction.
   */
  readonly isSettled: boolean;
  /** The safe repair, on condition that the rows still have the ETags that were read. */
  readonly repair: Repair | undefined;
}

const CLEAN: Examination = { faults: [], isSettled: true, repair: undefined };

/** Makes the function that examines one row of a tenant and the rows that belong to it. Throws 503 when storage does not answer. */
export function examiner(view: PartitionView): (rowKey: string) => Promise<Examination> {
  const { tenant, read, kindOf, claimsOf, checkColumns, claimants } = view;
  const { checkRowKey, checkIndexRow, claims } = linkChecker(view);

  async function examine(rowKey: string): Promise<Examination> {
    const row = await read(rowKey);
    if (!row) return CLEAN;
    const kind = kindOf(row);
    if (kind === 'resource') return examineResource(row);
    if (kind === 'index') return examineIndexRow(row);
    if (kind === 'change') return { ...CLEAN, faults: checkChangeRow(row) };
    return kind === 'unknown' ? { ...CLEAN, faults: [unknown(row)] } : CLEAN;
  }

  async function examineResource(row: Row): Promise<Examination> {
    const columns = checkColumns(row);
    const claimed = claimsOf(row);
    const links = await Promise.all([
      checkRowKey(row, claimed),
      ...[...claimed.index].map(([key, attribute]) => checkIndexRow(row, claimed, { key, attribute })),
    ]);
    const linkFaults = links.flatMap((link) => link.faults);
    // If two resources claim the same key, an operator has to choose between them. Until then, the column stays as it is.
    const indexRows = linkFaults.every(({ repairable }) => repairable) ? claimed.indexRows : undefined;
    const faults = [...columns.faults, ...linkFaults, ...(indexRows === undefined ? [] : [wrongKeys(row)])];
    const repairs = links.flatMap(({ repair }) => repair);
    const isRepairable = columns.repaired !== undefined || repairs.length > 0 || indexRows !== undefined;
    return {
      faults,
      isSettled: faults.length === 0 || (await isUnchanged(row)),
      repair: isRepairable ? { kind: 'write', actions: [writeOf(row, columns, indexRows), ...repairs] } : undefined,
    };
  }

  /** Writes the resource even if only its index rows are repaired, because its ETag makes the transaction fail if another write came first. */
  function writeOf(row: Row, { repaired }: ColumnCheck, indexRows: string | undefined): TransactionAction {
    const keys = {
      partitionKey: tenant,
      rowKey: String(row.rowKey),
      ...(indexRows !== undefined && { indexRows }),
    };
    const condition = { etag: row.etag };
    return repaired ? ['update', { ...repaired, ...keys }, 'Replace', condition] : ['update', keys, 'Merge', condition];
  }

  /** Examines the resource that claims the index row. An index row that no resource claims is an orphan. */
  async function examineIndexRow(index: Row): Promise<Examination> {
    const key = String(index.rowKey);
    const target = targetOf(index);
    for (const rowKey of new Set([...target, ...claimants(key)])) {
      const row = await read(rowKey);
      if (row && (claims(row, key) || (target.includes(rowKey) && isUnclear(index, row)))) return examineResource(row);
    }
    return {
      faults: [orphan(key)],
      isSettled: await isUnchanged(index),
      repair: { kind: 'remove', partitionKey: tenant, rowKey: key, etag: index.etag },
    };
  }

  /** Whether the resource is too damaged to show if the index row belongs to it. The resource must be repaired first. */
  function isUnclear(index: Row, row: Row): boolean {
    if (kindOf(row) !== 'resource') return false;
    const { id, hasId, isComplete } = claimsOf(row);
    return !isComplete && (!hasId || index['id'] === id);
  }

  const isUnchanged = async (row: Row): Promise<boolean> => (await read(String(row.rowKey)))?.etag === row.etag;

  return examine;
}

const wrongKeys = (row: Row): Fault => ({
  kind: 'wrong-derived-column',
  rowKey: String(row.rowKey),
  detail: 'Its column indexRows does not name the index rows of its values.',
  repairable: true,
});

const orphan = (rowKey: string): Fault => ({
  kind: 'orphan-index-row',
  rowKey,
  detail: 'It points to no resource, or to one that it does not belong to.',
  repairable: true,
});

const unknown = (row: Row): Fault => ({
  kind: 'unknown-row',
  rowKey: String(row.rowKey),
  detail: 'It is neither a resource nor any other kind of row that belongs here.',
  repairable: false,
});
