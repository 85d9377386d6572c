import { odata, type TableClient } from '@azure/data-tables';
import { connectTable } from '../../shared/store/connect.ts';
import { median } from './spend.ts';

/** What the pages of a tenant's list take of Azurite alone: the queries that the service makes of it, sent from here, in milliseconds. */
export async function timeStoragePages(tables: string, tenant: string, size: number): Promise<number> {
  const table = connectTable(tables, 'advisors', () => {
    throw new Error('Azurite asks for no identity.');
  });
  const durations: number[] = [];
  let after: string | undefined = '';
  while (after !== undefined) {
    const started = performance.now();
    after = await readPage(table, tenant, after, size);
    durations.push(performance.now() - started);
  }
  return median(durations);
}

/** Reads the page after a RowKey; resolves to its last RowKey where there is another page. */
async function readPage(table: TableClient, tenant: string, after: string, size: number): Promise<string | undefined> {
  const filter = odata`PartitionKey eq ${tenant} and RowKey gt ${after} and RowKey lt '~'`;
  const pages = table.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize: size });
  const { value: rows } = await pages.next();
  return rows?.continuationToken === undefined ? undefined : rows.at(-1)?.rowKey;
}
