import { odata, type TableEntityResultPage } from '@azure/data-tables';
import { END_OF_RESOURCES } from './keys.ts';
import type { Partition } from './partition.ts';
import { type Stored, storedFrom } from './stored.ts';

/** Some consecutive resources; storage may return few or none and still have more. */
export interface ScanPage {
  readonly resources: readonly Stored[];
  readonly hasMore: boolean;
}

/** Table Storage returns no more rows than this at once. */
const MOST_ROWS = 1000;

/** Streams a tenant's resources in the order of their RowKeys, one storage call per page. */
export function scanner({ table, tenant, columns, calls }: Partition) {
  return async function* scan(after: string, size: number): AsyncGenerator<ScanPage> {
    const filter = odata`PartitionKey eq ${tenant} and RowKey gt ${after} and RowKey lt ${END_OF_RESOURCES}`;
    let continuationToken: string | undefined;
    do {
      const page: TableEntityResultPage<Record<string, unknown>> | undefined = await calls.read(async (abortSignal) => {
        const pages = table.listEntities<Record<string, unknown>>({ abortSignal, queryOptions: { filter } });
        const from = continuationToken === undefined ? {} : { continuationToken };
        return (await pages.byPage({ maxPageSize: Math.min(size, MOST_ROWS), ...from }).next()).value;
      });
      continuationToken = page?.continuationToken;
      yield {
        resources: (page ?? []).map((row) => storedFrom(columns, row)),
        hasMore: continuationToken !== undefined,
      };
    } while (continuationToken !== undefined);
  };
}
