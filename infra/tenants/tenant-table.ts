import { odata, RestError, TableClient } from '@azure/data-tables';
import { type Calls, failureOf } from '../../shared/store/calls.ts';
import { isAccountUrl } from '../../shared/store/connect.ts';
import { END_OF_RESOURCES } from '../../shared/store/keys.ts';
import { deletions, MAX_ROWS, pagesOf, type RowKeys, transactionGroups } from '../../shared/store/pages.ts';
import { tenantsOf } from '../../shared/store/tenants.ts';
import { callAzure } from '../commands/shared/azure-failure.ts';
import type { AzureContext } from '../commands/shared/command.ts';
import { CommandError } from '../commands/shared/command-error.ts';

const RETRIES = { maxRetries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 2_000 };

/**
 * The PartitionKeys of all rows of a tenant: resources, index rows, the history and the brake. A new kind of row with its own partition must be
 * added here, for list and erase.
 */
const partitionsOf = (tenant: string): readonly string[] => [tenant];

/** The table of one service. A missing table counts as an empty one. Each method throws CommandError if Azure Storage does not answer. */
export interface TenantTable {
  readonly service: string;
  readonly tenants: () => Promise<readonly string[]>;
  readonly countResources: (tenant: string) => Promise<number>;
  readonly countRows: (tenant: string) => Promise<number>;
  /** Whether the tenant has a row of any kind. Reads at most one row. */
  readonly hasRows: (tenant: string) => Promise<boolean>;
  /** Deletes the tenant's rows, and returns how many it found. Some may remain if another client deletes a row at the same time. */
  readonly sweep: (tenant: string) => Promise<number>;
}

/** Connects to a service's table. Unlike in the service, the SDK retries, because deleting a row twice does no harm. */
export function openTable(
  tables: string,
  service: string,
  { credential }: Pick<AzureContext, 'credential'>,
): TenantTable {
  const table = connect(tables, service, credential);
  const place = { name: `The storage account ${new URL(table.url).origin}`, role: 'Storage Table Data Contributor' };

  const callTable = <T>(call: (abortSignal: AbortSignal) => Promise<T>): Promise<T> => callAzure(place, call);

  /** The keys of the rows that match the filter, page by page. */
  const keys = (filter: string, size = MAX_ROWS) =>
    pagesOf(table, { filter, size, select: ['PartitionKey', 'RowKey'], readPage });

  const readPage: Calls['readPage'] = (call) => callTable((abortSignal) => call(abortSignal).catch(unlessTableMissing));

  async function count(filter: string): Promise<number> {
    let rows = 0;
    for await (const page of keys(filter)) rows += page.length;
    return rows;
  }

  async function tenants(): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const tenant of tenantsOf(table, readPage)) found.push(tenant);
    return found;
  }

  async function sweep(tenant: string): Promise<number> {
    let rows = 0;
    for (const partition of partitionsOf(tenant)) {
      for await (const page of keys(odata`PartitionKey eq ${partition}`)) {
        rows += page.length;
        for (const group of transactionGroups(page)) await remove(group);
      }
    }
    return rows;
  }

  /** If a row of the group is already deleted, the entity group transaction fails. The next sweep deletes the rest of the group. */
  async function remove(group: readonly RowKeys[]): Promise<void> {
    await callTable(async (abortSignal) => {
      try {
        await table.submitTransaction(deletions(group), { abortSignal });
      } catch (error) {
        if (failureOf(error).kind !== 'missing') throw error;
      }
    });
  }

  return {
    service,
    tenants,
    countResources: (tenant) => count(odata`PartitionKey eq ${tenant} and RowKey lt ${END_OF_RESOURCES}`),
    async countRows(tenant) {
      let rows = 0;
      for (const partition of partitionsOf(tenant)) rows += await count(odata`PartitionKey eq ${partition}`);
      return rows;
    },
    async hasRows(tenant) {
      for (const partition of partitionsOf(tenant))
        for await (const [key] of keys(odata`PartitionKey eq ${partition}`, 1)) if (key) return true;
      return false;
    },
    sweep,
  };
}

function connect(tables: string, service: string, credential: AzureContext['credential']): TableClient {
  if (isAccountUrl(tables)) return new TableClient(tables, service, credential(), { retryOptions: RETRIES });
  try {
    return TableClient.fromConnectionString(tables, service, { retryOptions: RETRIES, allowInsecureConnection: true });
  } catch {
    throw new CommandError('SCIM_TABLES is not a valid connection string: check it.');
  }
}

function unlessTableMissing(error: unknown): undefined {
  if (!isMissingTable(error)) throw error;
}

const isMissingTable = (error: unknown): boolean =>
  error instanceof RestError && error.statusCode === 404 && JSON.stringify(error.details).includes('"TableNotFound"');
