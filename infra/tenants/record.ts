import { odata } from '@azure/data-tables';
import type { JsonObject } from '../../shared/scim/json.ts';
import { renderResource } from '../../shared/scim/resource.ts';
import { uniqueAttributes } from '../../shared/scim/schema.ts';
import { startCalls } from '../../shared/store/calls.ts';
import {
  type ChangePage,
  type ChangeRow,
  changePage,
  changePrefix,
  END_OF_CHANGES,
} from '../../shared/store/change-row.ts';
import { isGuid, resourceKey } from '../../shared/store/keys.ts';
import { pagesOf } from '../../shared/store/pages.ts';
import { type Row, type Stored, storedFrom } from '../../shared/store/resource-row.ts';
import { type RowJson, rowJson } from './row-json.ts';
import { PATIENCE, type TenantData } from './tenant-data.ts';

/** A resource, both as it is stored and as the service returns it. */
export interface StoredRecord {
  readonly service: string;
  readonly id: string;
  readonly rowKey: string;
  /** The columns of the row. */
  readonly row: RowJson;
  /** The resource in its SCIM form, without the attributes that cannot be read. */
  readonly resource: JsonObject;
  /** Columns that cannot be read. */
  readonly unreadable: readonly string[];
}

/**
 * Finds a resource in the same way as the service: by its id, its externalId or a value that is unique within the tenant, such as a user name.
 * Returns undefined if there is none. Throws errors that explainReadFailure explains.
 */
export async function findRecord(data: TenantData, text: string): Promise<StoredRecord | undefined> {
  const key = (await findStored(data, text))?.rowKey ?? resourceKey(text, '');
  // even a row with an unreadable column can be found by its key
  const row = await data.rows.read(data.tenant, key);
  return row && recordOf(data, row);
}

async function findStored({ openStore, service }: TenantData, text: string): Promise<Stored | undefined> {
  const store = openStore();
  const direct = (await store.find(text)) ?? (await store.findByExternalId(text));
  if (direct) return direct;
  for (const attribute of uniqueAttributes(service.resourceType)) {
    const found = await store.findByUnique(attribute, text);
    if (found) return found;
  }
  return undefined;
}

/** The record of a resource's row. */
export function recordOf({ service, columns }: Pick<TenantData, 'service' | 'columns'>, row: Row): StoredRecord {
  const stored = storedFrom(columns, row);
  const { id, rowKey, unreadable } = stored;
  const resource = renderResource(service.resourceType, '', stored);
  return { service: service.name, id, rowKey, row: rowJson(row), resource, unreadable };
}

/**
 * Reads the history of the resource with this id, oldest change first, even if the resource was deleted. Table Storage scans the tenant's
 * whole history, but returns only these lines. Throws errors that explainReadFailure explains.
 */
export async function* historyOf({ table, tenant }: TenantData, id: string): AsyncGenerator<ChangePage> {
  if (!isGuid(id)) return;
  const filter = odata`PartitionKey eq ${tenant} and RowKey ge ${changePrefix} and RowKey lt ${END_OF_CHANGES} and id eq ${id}`;
  const { readPage } = startCalls(PATIENCE);
  for await (const rows of pagesOf(table, { filter, readPage })) yield changePage(rows);
}

/** The last changes of a resource, newest first. */
export interface Newest {
  readonly changes: readonly ChangeRow[];
  /** How many changes the history of the resource contains. */
  readonly count: number;
  /** The RowKeys of lines that cannot be read. */
  readonly unreadable: readonly string[];
}

/** Reads the newest changes of a resource, up to `most`. No more than that are kept in memory. */
export async function newestChanges(data: TenantData, id: string, most: number): Promise<Newest> {
  let changes: readonly ChangeRow[] = [];
  let count = 0;
  const unreadable: string[] = [];
  for await (const page of historyOf(data, id)) {
    count += page.changes.length;
    changes = [...changes, ...page.changes].slice(-most);
    unreadable.push(...page.damaged.slice(0, most - unreadable.length));
  }
  return { changes: changes.toReversed(), count, unreadable };
}
