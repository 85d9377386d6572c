import { odata, type TableEntityResultPage } from '@azure/data-tables';
import type { ResourceType } from '../scim/schema.ts';
import { END_OF_RESOURCES } from './keys.ts';
import { type Stored, storedFrom } from './resource-row.ts';
import type { Partition } from './store.ts';

/** Some consecutive resources; storage may return few or none and still have more. */
export interface ScanPage {
  readonly resources: readonly Stored[];
  readonly hasMore: boolean;
}

/** Table Storage returns no more rows than this at once. */
const MOST_ROWS = 1000;

type Rows = TableEntityResultPage<Record<string, unknown>>;

/** Streams a tenant's resources in the order of their RowKeys, one storage call per page. */
export function scanner(partition: Partition) {
  return async function* scan(after: string, size: number): AsyncGenerator<ScanPage> {
    for await (const rows of pages(partition, after, size)) {
      const hasMore = rows.continuationToken !== undefined;
      yield { resources: rows.map((row) => storedFrom(partition.columns, row)), hasMore };
    }
  };
}

/** Counts a tenant's resources that are in use, reading nothing but the column that says so. */
export function counter(partition: Partition, type: ResourceType) {
  const status = type.attributes.find((attribute) => attribute.administrativeStatus);
  const column = status?.column ?? status?.name ?? 'id';
  return async function countInUse(): Promise<number> {
    let count = 0;
    for await (const rows of pages(partition, '', MOST_ROWS, [column])) {
      count += rows.filter((row) => status === undefined || row[column] === true).length;
    }
    return count;
  };
}

/** The rows of the one range that holds the tenant's resources and nothing else, page by page. */
async function* pages(
  { table, tenant, calls }: Partition,
  after: string,
  size: number,
  select?: string[],
): AsyncGenerator<Rows> {
  const filter = odata`PartitionKey eq ${tenant} and RowKey gt ${after} and RowKey lt ${END_OF_RESOURCES}`;
  let continuationToken: string | undefined;
  do {
    const rows: Rows | undefined = await calls.read(async (abortSignal) => {
      const found = table.listEntities<Record<string, unknown>>({
        abortSignal,
        queryOptions: { filter, ...(select && { select }) },
      });
      const from = continuationToken === undefined ? {} : { continuationToken };
      return (await found.byPage({ maxPageSize: Math.min(size, MOST_ROWS), ...from }).next()).value;
    });
    continuationToken = rows?.continuationToken;
    if (rows) yield rows;
  } while (continuationToken !== undefined);
}
