import { createHash } from 'node:crypto';
import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import { connectTable } from '../../shared/store/connect.ts';

/** A row as it is stored in the table. */
export type TableRow = Readonly<Record<string, unknown>> & { readonly rowKey: string };

/** A table of this run's Azurite, to be read and written without the service. */
export const tableOf = (name: string, tables = process.env['SCIM_TEST_TABLES'] ?? ''): TableClient =>
  TableClient.fromConnectionString(tables, name, { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } });

/** A table as the service connects to it, in the Azurite of a connection string. */
export const connectAzurite = (tables: string, name: string, extra: TableServiceClientOptions = {}): TableClient =>
  connectTable({ tables, name }, noIdentity, extra);

const noIdentity = () => {
  throw new Error('Azurite is opened by a connection string.');
};

/** All rows of a tenant, including index rows, in the order of their keys. */
export async function rowsOf(table: string, tenant: string): Promise<readonly TableRow[]> {
  const filter = `PartitionKey eq '${tenant}'`;
  const rows: TableRow[] = [];
  for await (const row of tableOf(table).listEntities({ queryOptions: { filter } }))
    rows.push({ ...row, rowKey: String(row.rowKey) });
  return rows;
}

/** The rows of a tenant that are resources. */
export async function resourceRowsOf(table: string, tenant: string): Promise<readonly TableRow[]> {
  return (await rowsOf(table, tenant)).filter(({ rowKey }) => rowKey < '~');
}

/**
 * What is wrong with a tenant's rows, as sentences. Nothing is wrong if every resource has its RowKey, its id row and its userName row, and no
 * other row exists. The keys are computed here without code of the store.
 */
export async function audit(table: string, tenant: string): Promise<readonly string[]> {
  const rows = await rowsOf(table, tenant);
  const resources = rows.filter(({ rowKey }) => rowKey < '~');
  const pointers = new Map(
    rows.filter(({ rowKey }) => rowKey >= '~' && !isHistory(rowKey)).map((row) => [row.rowKey, row]),
  );
  const wrong: string[] = [];
  for (const row of resources) {
    if (row.rowKey !== resourceKeyOf(row)) wrong.push(`${row.rowKey} should stand at ${resourceKeyOf(row)}`);
    for (const key of [`~id.${row['id']}`, userNameKeyOf(String(row['userName']))]) {
      const pointer = pointers.get(key);
      if (!pointer) wrong.push(`${row.rowKey} has no row ${key}`);
      else if (pointer['target'] !== row.rowKey || pointer['id'] !== row['id']) wrong.push(`${key} points elsewhere`);
      pointers.delete(key);
    }
  }
  return [...wrong, ...[...pointers.keys()].map((key) => `${key} belongs to no resource`)];
}

/** A row of the history, or the brake's state after it. */
const isHistory = (rowKey: string): boolean => /^~change(\.\d{8}T\d{9}Z\.[0-9a-f]{16}|s\.brake)$/.test(rowKey);

/** The rows of a tenant's history, in the order of their time. */
export const changesOf = async (table: string, tenant: string): Promise<readonly TableRow[]> =>
  (await rowsOf(table, tenant)).filter(({ rowKey }) => rowKey.startsWith('~change.'));

/** The current rows of a tenant: resources and their index rows. */
export const rowsBesideHistory = async (table: string, tenant: string): Promise<readonly TableRow[]> =>
  (await rowsOf(table, tenant)).filter(({ rowKey }) => !isHistory(rowKey));

/** The RowKey of the row that keeps a userName unique. */
export const userNameKeyOf = (userName: string): string =>
  `~userName.${sha256(userName.normalize('NFC').toLowerCase().replaceAll('ς', 'σ').normalize('NFC'))}`;

function resourceKeyOf(row: TableRow): string {
  const { externalId } = row;
  if (externalId === undefined) return `n.${row['id']}`;
  const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
  return guid.test(String(externalId)) ? String(externalId) : `x.${sha256(String(externalId))}`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
