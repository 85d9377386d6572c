import { randomBytes, randomUUID } from 'node:crypto';
import { odata, type TableClient, type TableEntity, type TransactionAction } from '@azure/data-tables';
import { type AuditOptions, auditTable } from '../../shared/audit/audit.ts';
import type { Finding } from '../../shared/audit/finding.ts';
import type { JsonObject } from '../../shared/scim/json.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { connectTable } from '../../shared/store/connect.ts';
import { idKey, uniqueKey } from '../../shared/store/keys.ts';
import type { Row, Stored } from '../../shared/store/resource-row.ts';
import { storeOf, type TenantStore } from '../../shared/store/store.ts';

export const TENANT = 'contoso';

export const office = (formatted: string) => [{ type: 'work', formatted }];

/** A table for one test. The store fills it, direct writes damage it, and the audit checks it. */
export interface AuditedTable {
  readonly table: TableClient;
  /** The store that a request of the tenant uses. */
  readonly store: () => TenantStore;
  readonly read: (rowKey: string) => Promise<Row>;
  readonly put: (rowKey: string, cells: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly merge: (rowKey: string, cells: Readonly<Record<string, unknown>>) => Promise<unknown>;
  /** Writes the row again without some of its columns. */
  readonly drop: (rowKey: string, ...columns: readonly string[]) => Promise<unknown>;
  readonly remove: (rowKey: string) => Promise<unknown>;
  /** All rows of the tenant. */
  readonly rows: () => Promise<readonly Row[]>;
  /** Makes these the only rows of the tenant again. */
  readonly restore: (rows: readonly Row[]) => Promise<unknown>;
  /** Audits the tenant. By default, the audit does not pause between its looks. */
  readonly audit: (options?: AuditOptions) => Promise<readonly Finding[]>;
  /** The same, but `before` runs before each storage call of the audit. It gets the number of the call. */
  readonly auditMeanwhile: (
    before: (call: number) => Promise<void>,
    options?: AuditOptions,
  ) => Promise<readonly Finding[]>;
  readonly end: () => Promise<unknown>;
}

/** Creates the table in this run's Azurite. */
export async function makeAuditedTable(): Promise<AuditedTable> {
  const name = `audit${randomBytes(8).toString('hex')}`;
  const type = advisors.resourceType;
  const table = connect(name);
  await table.createTable();
  const store = () => storeOf({ table, type, now: () => new Date(), newId: randomUUID })(TENANT, 'audit');
  const options = { tenant: TENANT, pause: async () => undefined };
  const read = (rowKey: string) => table.getEntity<Record<string, unknown>>(TENANT, rowKey);
  const put = (rowKey: string, cells: Readonly<Record<string, unknown>>) => {
    const row: TableEntity = { ...cells, partitionKey: TENANT, rowKey };
    return table.upsertEntity(row, 'Replace');
  };
  async function rows(): Promise<readonly Row[]> {
    const all: Row[] = [];
    const queryOptions = { filter: odata`PartitionKey eq ${TENANT}` };
    for await (const row of table.listEntities<Record<string, unknown>>({ queryOptions })) all.push(row);
    return all;
  }
  async function restore(wanted: readonly Row[]): Promise<void> {
    const kept = new Set(wanted.map(({ rowKey }) => rowKey));
    const added = (await rows()).filter(({ rowKey }) => !kept.has(rowKey));
    await table.submitTransaction([
      ...added.map(({ rowKey = '' }): TransactionAction => ['delete', { partitionKey: TENANT, rowKey }]),
      ...wanted.map((row): TransactionAction => ['upsert', entityOf(row), 'Replace']),
    ]);
  }
  return {
    table,
    store,
    read,
    put,
    merge: (rowKey, cells) => table.updateEntity({ ...cells, partitionKey: TENANT, rowKey }, 'Merge'),
    drop: async (rowKey, ...columns) => put(rowKey, cellsOf(await read(rowKey), columns)),
    remove: (rowKey) => table.deleteEntity(TENANT, rowKey),
    rows,
    restore,
    audit: (more) => auditTable(table, type, { ...options, ...more }),
    auditMeanwhile: (before, more) => auditTable(connect(name, before), type, { ...options, ...more }),
    end: () => table.deleteTable(),
  };
}

function connect(name: string, before?: (call: number) => Promise<void>): TableClient {
  let calls = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const meanwhile: Policy = {
    position: 'perCall',
    policy: {
      name: 'meanwhile',
      async sendRequest(request, next) {
        calls += 1;
        const call = calls;
        turn = turn.then(() => before?.(call)); // looks run in parallel, but changes run one after another
        await turn;
        return next(request);
      },
    },
  };
  const tables = process.env['SCIM_TEST_TABLES'] ?? '';
  return connectTable({ tables, name }, noSignIn, before ? { additionalPolicies: [meanwhile] } : {});
}

type Options = NonNullable<Parameters<typeof connectTable>[2]>;
type Policy = NonNullable<Options['additionalPolicies']>[number];

const noSignIn = () => {
  throw new Error('A connection string needs no sign-in.');
};

/** The columns of a row except for some. */
export function cellsOf(row: Row, without: readonly string[] = []): Readonly<Record<string, unknown>> {
  const dropped = [...without, 'partitionKey', 'rowKey', 'etag', 'timestamp', 'odata.metadata'];
  return Object.fromEntries(Object.entries(row).filter(([name]) => !dropped.includes(name)));
}

const entityOf = (row: Row): TableEntity => ({ ...cellsOf(row), partitionKey: TENANT, rowKey: row.rowKey ?? '' });

export const idRowOf = ({ id }: Stored): string => idKey(id);

export const userNameRowOf = ({ attributes }: Stored): string =>
  uniqueKey('userName', String(attributes['userName']).toLowerCase());

/** A user with an office. By default, the externalId is a random GUID. */
export const person = (userName: string, more: JsonObject = {}): JsonObject => ({
  externalId: randomUUID(),
  userName,
  displayName: `Display of ${userName}`,
  active: true,
  addresses: office('Østergade 5'),
  ...more,
});

/** A user without an externalId. */
export function nameless(userName: string): JsonObject {
  const { externalId: _, ...rest } = person(userName);
  return rest;
}
