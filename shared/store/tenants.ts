import { odata, type TableClient } from '@azure/data-tables';
import type { Calls } from './calls.ts';
import { pagesOf } from './pages.ts';

/** The partition of the service's own rows: the maintenance lease and the brake's limits. It sorts after the tenants, whose names have no "~". */
export const OWN_PARTITION = '~service';

/**
 * The tenants of a table in the order of their names, beginning with the name `from`. Takes one storage call for each tenant. Throws 503 when storage
 * does not answer.
 */
export async function* tenantsOf(
  table: TableClient,
  readPage: Calls['readPage'],
  from = '',
): AsyncGenerator<string, void> {
  let filter = odata`PartitionKey ge ${from}`;
  for (;;) {
    const next = await firstIn(table, readPage, `${filter} and PartitionKey lt '${OWN_PARTITION}'`);
    if (next === undefined) return;
    yield next;
    filter = odata`PartitionKey gt ${next}`;
  }
}

async function firstIn(table: TableClient, readPage: Calls['readPage'], filter: string): Promise<string | undefined> {
  for await (const [row] of pagesOf(table, { filter, size: 1, select: ['PartitionKey'], readPage }))
    if (row) return String(row.partitionKey);
  return undefined;
}
