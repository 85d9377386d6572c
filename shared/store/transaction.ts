import type { TableClient, TransactionAction } from '@azure/data-tables';
import { fold } from '../scim/comparison.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Attribute } from '../scim/schema.ts';
import type { Cell } from './columns.ts';
import { underETag } from './connect.ts';
import { idKey, uniqueKey } from './keys.ts';
import type { Stored } from './resource-row.ts';

/** A row to be written. */
export interface NewRow {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly [column: string]: Cell | Date;
}

/** An action of an entity group transaction, and what it means when its row exists already. */
export interface Step {
  readonly action: TransactionAction;
  readonly taken?: 'externalId' | 'id' | Attribute;
}

/** The key of each unique attribute's row for a resource with these attributes. */
export function uniqueKeys(unique: readonly Attribute[], attributes: JsonObject): ReadonlyMap<Attribute, string> {
  const keys = new Map<Attribute, string>();
  for (const attribute of unique) {
    const value = attributes[attribute.name];
    if (typeof value === 'string')
      keys.set(attribute, uniqueKey(attribute.name, attribute.caseExact ? value : fold(value)));
  }
  return keys;
}

/** The resource first, then its unique rows, then its id row: storage names the first conflict only, and only a taken id is answered with another one. */
export function insertSteps(row: NewRow, id: string, keys: ReadonlyMap<Attribute, string>): readonly Step[] {
  const pointer = pointerTo(row, id);
  return [
    { action: ['create', row], taken: 'externalId' },
    ...[...keys].map(([attribute, rowKey]): Step => ({ action: ['create', { ...pointer, rowKey }], taken: attribute })),
    { action: ['create', { ...pointer, rowKey: idKey(id) }], taken: 'id' },
  ];
}

/** A change that keeps the RowKey: the resource, and the unique rows of values that changed. */
export function updateSteps(
  before: Stored,
  row: NewRow,
  oldKeys: ReadonlyMap<Attribute, string>,
  keys: ReadonlyMap<Attribute, string>,
): readonly Step[] {
  return [{ action: ['update', row, 'Replace', { etag: before.etag }] }, ...renameSteps(before, row, oldKeys, keys)];
}

/** A change of the RowKey: the old row goes, a new one comes, and every index row points to it. */
export function moveSteps(
  before: Stored,
  row: NewRow,
  oldKeys: ReadonlyMap<Attribute, string>,
  keys: ReadonlyMap<Attribute, string>,
): readonly Step[] {
  const pointer = pointerTo(row, before.id);
  const kept = [...keys].filter(([attribute, key]) => oldKeys.get(attribute) === key).map(([, key]) => key);
  return [
    { action: ['delete', { partitionKey: row.partitionKey, rowKey: before.rowKey }] },
    { action: ['create', row], taken: 'externalId' },
    ...renameSteps(before, row, oldKeys, keys),
    ...[...kept, idKey(before.id)].map((rowKey): Step => ({ action: ['upsert', { ...pointer, rowKey }, 'Replace'] })),
  ];
}

/** The resource first, so that the condition on its ETag decides. */
export function removeSteps(
  partitionKey: string,
  before: Stored,
  keys: ReadonlyMap<Attribute, string>,
): readonly Step[] {
  return [before.rowKey, ...keys.values(), idKey(before.id)].map((rowKey) => ({
    action: ['delete', { partitionKey, rowKey }],
  }));
}

/** A row that says no more than that the change happened, in the same transaction (the brake counts them). */
export const noteSteps = (partitionKey: string, rowKey: string | undefined): readonly Step[] =>
  rowKey === undefined ? [] : [{ action: ['create', { partitionKey, rowKey }] }];

function renameSteps(
  before: Stored,
  row: NewRow,
  oldKeys: ReadonlyMap<Attribute, string>,
  keys: ReadonlyMap<Attribute, string>,
): readonly Step[] {
  const { partitionKey } = row;
  const gone = [...oldKeys].filter(([attribute, key]) => keys.get(attribute) !== key);
  const come = [...keys].filter(([attribute, key]) => oldKeys.get(attribute) !== key);
  const pointer = pointerTo(row, before.id);
  return [
    ...gone.map(([, rowKey]): Step => ({ action: ['delete', { partitionKey, rowKey }] })),
    ...come.map(([attribute, rowKey]): Step => ({ action: ['create', { ...pointer, rowKey }], taken: attribute })),
  ];
}

const pointerTo = (row: NewRow, id: string) => ({ partitionKey: row.partitionKey, target: row.rowKey, id });

/** Carries out the steps as one entity group transaction, the first under `etag` where it is a delete. Returns the new ETag of the row that was written. */
export async function submit(
  table: TableClient,
  steps: readonly Step[],
  rowKey: string,
  signal: AbortSignal,
  etag?: string,
): Promise<string> {
  const send = () =>
    table.submitTransaction(
      steps.map(({ action }) => action),
      { abortSignal: signal },
    );
  const { subResponses } = await (etag === undefined ? send() : underETag(etag, send));
  const at = steps.findIndex(({ action: [kind, row] }) => kind !== 'delete' && row.rowKey === rowKey);
  return subResponses[at]?.etag ?? '';
}
