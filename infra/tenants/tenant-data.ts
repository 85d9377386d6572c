import { randomUUID } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import { openRows, type Rows } from '../../shared/audit/rows.ts';
import { ScimError } from '../../shared/scim/errors.ts';
import type { Service } from '../../shared/services/service.ts';
import { type Calls, type Patience, startCalls } from '../../shared/store/calls.ts';
import { type ChangePage, END_OF_CHANGES, keyAt, readChanges } from '../../shared/store/change-row.ts';
import { type Columns, columnsOf } from '../../shared/store/columns.ts';
import { connectTable } from '../../shared/store/connect.ts';
import { MAX_ROWS } from '../../shared/store/pages.ts';
import { storeOf, type TenantStore } from '../../shared/store/store.ts';
import { explainAzure, LONGEST_CALL } from '../commands/shared/azure-failure.ts';
import type { AzureContext } from '../commands/shared/command.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { openTable } from './tenant-table.ts';

/** Read-only access to the data that a service stores for a tenant. */
export interface TenantData {
  readonly service: Service;
  readonly tenant: string;
  readonly table: TableClient;
  readonly columns: Columns;
  readonly now: () => Date;
  /** Whether the tenant has any row; false if the table does not exist. */
  readonly hasRows: () => Promise<boolean>;
  /** Opens the service's store for one task. All point reads of the task together may take LONGEST_CALL. */
  readonly openStore: () => TenantStore;
  /** The raw rows. */
  readonly rows: Rows;
  /** The history page by page, from `from` (default: its beginning) until before `until` (default: its end). */
  readonly changes: (range: { readonly from?: Date; readonly until?: Date }) => AsyncGenerator<ChangePage>;
}

/** Longer limits than those of a request: an operator can wait longer than a client, and there may be many pages. */
export const PATIENCE: Patience = {
  attempt: LONGEST_CALL / 3,
  page: LONGEST_CALL / 2,
  request: LONGEST_CALL,
  attempts: 3,
  pause: 500,
};

/** The service and the tenant whose rows are read, and where the tables are. */
export interface TenantDataOptions {
  /** An account's address, or a connection string. */
  readonly tables: string;
  readonly service: Service;
  readonly tenant: string;
}

/** Opens the data that a service stores for a tenant. Its methods throw errors that explainReadFailure explains. */
export function openTenantData(
  { tables, service, tenant }: TenantDataOptions,
  { credential, now }: Pick<AzureContext, 'credential' | 'now'>,
): TenantData {
  const table = connectTable({ tables, name: service.name }, credential);
  const type = service.resourceType;
  const open = storeOf({ table, type, now, newId: randomUUID, patience: PATIENCE });
  const whole = openTable(tables, service.name, { credential });
  const calls: Calls = startCalls(PATIENCE);

  return {
    service,
    tenant,
    table,
    columns: columnsOf(type),
    now,
    hasRows: () => whole.hasRows(tenant),
    openStore: () => open(tenant, ''),
    rows: openRows(table, MAX_ROWS, PATIENCE),
    changes: ({ from = new Date(0), until }) =>
      readChanges({ table, tenant, calls }, keyAt(from), until ? keyAt(until) : END_OF_CHANGES),
  };
}

/** Explains why stored data could not be read and what to do about it. An error that it cannot explain is returned unchanged. */
export function explainReadFailure(error: unknown): unknown {
  if (error instanceof ScimError && error.reason === 'damage')
    return new CommandError(
      'The rows of this resource contradict one another. For details, run npm run audit (docs/audit.md).',
    );
  const cause = error instanceof ScimError ? (error.cause ?? error) : error;
  if (cause instanceof ScimError) return new CommandError(cause.detail);
  return explainAzure(cause, { name: 'The storage account', role: 'Storage Table Data Reader' });
}
