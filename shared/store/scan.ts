import { odata } from '@azure/data-tables';
import { type ResourceType, statusAttribute } from '../scim/schema.ts';
import { inTurns } from './in-turns.ts';
import { END_OF_RESOURCES } from './keys.ts';
import { MAX_ROWS, pagesOf, type RowPage } from './pages.ts';
import { type Stored, storedFrom } from './resource-row.ts';
import type { Partition } from './store.ts';

/** Some consecutive resources. A page may have few or none, and hasMore can still be true. */
export interface ScanPage {
  readonly resources: readonly Stored[];
  /** How many rows were read, including damaged ones. */
  readonly rows: number;
  readonly hasMore: boolean;
}

/** Makes the scan of a tenant's resources in the order of their RowKeys, one storage call per page. Damaged rows are left out and recorded. */
export function scanner(partition: Partition) {
  const { columns, recordDamage } = partition;
  return async function* scan(after: string, size: number): AsyncGenerator<ScanPage> {
    for await (const rows of resourcePages(partition, { after, size })) {
      const resources: Stored[] = [];
      for await (const row of inTurns(rows)) {
        const stored = storedFrom(columns, row);
        const { rowKey, unreadable } = stored;
        if (unreadable.length === 0) resources.push(stored);
        else recordDamage({ rowKey, reason: `unreadable: ${unreadable.join(' ')}` });
      }
      yield { resources, rows: rows.length, hasMore: rows.continuationToken !== undefined };
    }
  };
}

/** Makes the function that counts a tenant's resources in use. It reads only the status column. */
export function counter(partition: Partition, type: ResourceType) {
  const status = statusAttribute(type);
  const column = status?.column ?? status?.name ?? 'id';
  return async function countInUse(): Promise<number> {
    let count = 0;
    for await (const rows of resourcePages(partition, { after: '', size: MAX_ROWS, select: [column] }))
      count += rows.filter((row) => status === undefined || (row[column] ?? status.initial) === true).length;
    return count;
  };
}

interface ResourceRange {
  readonly after: string;
  readonly size: number;
  readonly select?: readonly string[];
}

/** The rows of a tenant's resources, page by page. */
function resourcePages(
  { table, tenant, calls }: Partition,
  { after, size, select }: ResourceRange,
): AsyncGenerator<RowPage> {
  const filter = odata`PartitionKey eq ${tenant} and RowKey gt ${after} and RowKey lt ${END_OF_RESOURCES}`;
  return pagesOf(table, { filter, size, ...(select && { select }), readPage: calls.readPage });
}
