import type { TableClient, TransactionAction } from '@azure/data-tables';
import { comparableText } from '../scim/comparison.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Attribute } from '../scim/schema.ts';
import type { Cell } from './columns.ts';
import { withExpectedETag } from './connect.ts';
import { idKey, uniqueKey } from './keys.ts';
import type { Stored } from './resource-row.ts';

/** A row to be written. */
export interface NewRow {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly [column: string]: Cell | Date;
}

/** An action of an entity group transaction. */
export interface Step {
  readonly action: TransactionAction;
  /** The attribute whose value the step claims. If the row already exists, another resource has that value. */
  readonly claims?: string;
  /** The step deletes an index row. If the row is missing, the resource is damaged, and the step can be left out. */
  readonly isIndexRow?: true;
}

/**
 * The index rows of a resource's unique attributes, in the form of Stored.indexRows. An unchanged value keeps its key; it has none if the attribute
 * was declared unique later. The keys of attributes that only another version of the service declares as unique are kept.
 */
export function indexRowsOf(
  unique: readonly Attribute[],
  attributes: JsonObject,
  before?: Stored,
): ReadonlyMap<string, string> {
  const keys = new Map(before?.indexRows);
  for (const attribute of unique) {
    const { name } = attribute;
    const value = attributes[name];
    if (before && before.attributes[name] === value) continue;
    if (typeof value === 'string') keys.set(name, uniqueKey(name, comparableText(attribute, value)));
    else keys.delete(name);
  }
  return keys;
}

/** The index rows of a stored resource. Rows of earlier versions have no column indexRows, so the keys are derived from the values. */
export const storedIndexRows = (unique: readonly Attribute[], stored: Stored): ReadonlyMap<string, string> =>
  stored.indexRows.size > 0 ? stored.indexRows : indexRowsOf(unique, stored.attributes);

/**
 * The steps of an insertion: the resource, its unique rows, and last its id row. Storage reports the first conflict, so if that is the id, the
 * insertion can be tried with another id.
 */
export function insertSteps(row: NewRow, state: Stored): readonly Step[] {
  const pointer = pointerTo(row, state.id);
  return [
    { action: ['create', row], claims: 'externalId' },
    ...[...state.indexRows].map(
      ([name, rowKey]): Step => ({ action: ['create', { ...pointer, rowKey }], claims: name }),
    ),
    { action: ['create', { ...pointer, rowKey: idKey(state.id) }], claims: 'id' },
  ];
}

/** A resource before and after a change, and its new row. */
export interface Transition {
  readonly before: Stored;
  readonly after: Stored;
  readonly row: NewRow;
}

/** The steps of a change that keeps the RowKey: the resource, and the unique rows of the values that changed. */
export function updateSteps(transition: Transition): readonly Step[] {
  const { before, row } = transition;
  return [{ action: ['update', row, 'Replace', { etag: before.etag }] }, ...uniqueRowSteps(transition)];
}

/** The steps of a change of the RowKey: the old row is deleted, a new one is created, and every index row points to the new one. */
export function moveSteps(transition: Transition): readonly Step[] {
  const { before, after, row } = transition;
  const pointer = pointerTo(row, before.id);
  const kept = [...after.indexRows].filter(([name, key]) => before.indexRows.get(name) === key).map(([, key]) => key);
  return [
    { action: ['delete', { partitionKey: row.partitionKey, rowKey: before.rowKey }] },
    { action: ['create', row], claims: 'externalId' },
    ...uniqueRowSteps(transition),
    ...[...kept, idKey(before.id)].map((rowKey): Step => ({ action: ['upsert', { ...pointer, rowKey }, 'Replace'] })),
  ];
}

/** The steps of a deletion. The resource comes first, because only the first delete has a condition on the ETag. */
export function removeSteps(partitionKey: string, before: Stored): readonly Step[] {
  const indexRows = [...before.indexRows.values(), idKey(before.id)];
  return [
    { action: ['delete', { partitionKey, rowKey: before.rowKey }] },
    ...indexRows.map((rowKey): Step => ({ action: ['delete', { partitionKey, rowKey }], isIndexRow: true })),
  ];
}

function uniqueRowSteps({ before, after, row }: Transition): readonly Step[] {
  const { partitionKey } = row;
  const removed = [...before.indexRows].filter(([name, key]) => after.indexRows.get(name) !== key);
  const added = [...after.indexRows].filter(([name, key]) => before.indexRows.get(name) !== key);
  const pointer = pointerTo(row, before.id);
  return [
    ...removed.map(([, rowKey]): Step => ({ action: ['delete', { partitionKey, rowKey }], isIndexRow: true })),
    ...added.map(([name, rowKey]): Step => ({ action: ['create', { ...pointer, rowKey }], claims: name })),
  ];
}

const pointerTo = (row: NewRow, id: string) => ({ partitionKey: row.partitionKey, target: row.rowKey, id });

interface Submission {
  readonly steps: readonly Step[];
  /** The RowKey of the resource row whose new ETag is returned. */
  readonly rowKey: string;
  /** If the first step is a delete, the ETag that the row must still have. */
  readonly etag?: string;
}

/** Carries out the steps as one entity group transaction. Returns the new ETag of the resource row, or '' if the row was deleted. */
export async function submit(
  table: TableClient,
  { steps, rowKey, etag }: Submission,
  abortSignal: AbortSignal,
): Promise<string> {
  const send = () =>
    table.submitTransaction(
      steps.map(({ action }) => action),
      { abortSignal },
    );
  const { subResponses } = await (etag === undefined ? send() : withExpectedETag(etag, send));
  const at = steps.findIndex(({ action: [kind, row] }) => kind !== 'delete' && row.rowKey === rowKey);
  return subResponses[at]?.etag ?? '';
}
