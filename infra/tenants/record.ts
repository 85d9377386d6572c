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
import { type Kept, PATIENCE } from './kept.ts';
import { type RowJson, rowJson } from './row-json.ts';

/** One resource, as it is kept and as it is answered. */
export interface KeptRecord {
  readonly service: string;
  readonly id: string;
  readonly rowKey: string;
  /** The columns of the row. */
  readonly row: RowJson;
  /** The resource in its SCIM form, without what cannot be read. */
  readonly resource: JsonObject;
  /** Columns that cannot be read. */
  readonly unreadable: readonly string[];
}

/**
 * Finds a resource by its id, its externalId or a value that is unique within the tenant, such as a user name, as the service finds it.
 * Undefined where none has it. Throws what explainKept explains.
 */
export async function findRecord(kept: Kept, text: string): Promise<KeptRecord | undefined> {
  const key = (await findStored(kept, text))?.rowKey ?? resourceKey(text, '');
  // Where an attribute cannot be read, its row may still be the one of this key.
  const row = await kept.rows.read(kept.tenant, key);
  return row && recordOf(kept, row);
}

async function findStored({ look, service }: Kept, text: string): Promise<Stored | undefined> {
  const store = look();
  const direct = (await store.find(text)) ?? (await store.findByExternalId(text));
  if (direct) return direct;
  for (const attribute of uniqueAttributes(service.resourceType)) {
    const found = await store.findByUnique(attribute, text);
    if (found) return found;
  }
  return undefined;
}

/** The record of a resource's row. */
export function recordOf({ service, columns }: Pick<Kept, 'service' | 'columns'>, row: Row): KeptRecord {
  const stored = storedFrom(columns, row);
  const { id, rowKey, unreadable } = stored;
  const resource = renderResource(service.resourceType, '', stored);
  return { service: service.name, id, rowKey, row: rowJson(row), resource, unreadable };
}

/**
 * The history of a resource by its id, the oldest change first, also when the resource itself is gone. Storage looks through the
 * tenant's whole history for it and returns only these lines. Throws what explainKept explains.
 */
export async function* historyOf({ table, tenant }: Kept, id: string): AsyncGenerator<ChangePage> {
  if (!isGuid(id)) return;
  const filter = odata`PartitionKey eq ${tenant} and RowKey ge ${changePrefix} and RowKey lt ${END_OF_CHANGES} and id eq ${id}`;
  const { readPage } = startCalls(PATIENCE);
  for await (const rows of pagesOf(table, { filter, readPage })) yield changePage(rows);
}

/** The last changes of a resource, the newest first. */
export interface Newest {
  readonly changes: readonly ChangeRow[];
  /** How many there are in all. */
  readonly count: number;
  /** The RowKeys of lines that cannot be read. */
  readonly unreadable: readonly string[];
}

/** The newest changes of a resource, no more than `most`; no more than that are held in memory. */
export async function newestChanges(kept: Kept, id: string, most: number): Promise<Newest> {
  let changes: readonly ChangeRow[] = [];
  let count = 0;
  const unreadable: string[] = [];
  for await (const page of historyOf(kept, id)) {
    count += page.changes.length;
    changes = [...changes, ...page.changes].slice(-most);
    unreadable.push(...page.damaged.slice(0, most - unreadable.length));
  }
  return { changes: changes.toReversed(), count, unreadable };
}
