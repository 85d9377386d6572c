import { odata, type TableClient } from '@azure/data-tables';

type Row = Record<string, unknown>;

/** All resources of a tenant, by their id. */
export async function readResources(table: TableClient, tenant: string): Promise<Map<string, Row>> {
  const resources = new Map<string, Row>();
  const filter = odata`PartitionKey eq ${tenant} and RowKey lt '~'`;
  for await (const row of table.listEntities<Row>({ queryOptions: { filter } })) resources.set(String(row['id']), row);
  return resources;
}

/** One resource by its id; undefined if it does not exist. */
export async function readResource(table: TableClient, tenant: string, id: string): Promise<Row | undefined> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const pointer = await readRow(table, tenant, `~id.${id}`);
    if (!pointer) return undefined;
    const row = await readRow(table, tenant, String(pointer['target']));
    if (row?.['id'] === id) return row; // otherwise it moved between the two reads: read again
  }
  throw new Error(`The resource ${id} is being changed; read it again later.`);
}

async function readRow(table: TableClient, tenant: string, rowKey: string): Promise<Row | undefined> {
  const filter = odata`PartitionKey eq ${tenant} and RowKey eq ${rowKey}`;
  for await (const row of table.listEntities<Row>({ queryOptions: { filter } })) return row;
  return undefined;
}
