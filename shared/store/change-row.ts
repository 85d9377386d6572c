import { randomBytes } from 'node:crypto';
import { odata, type TableClient } from '@azure/data-tables';
import { equalJson, isObject, type JsonObject } from '../scim/json.ts';
import { type Attribute, type ResourceType, statusAttribute } from '../scim/schema.ts';
import { type Calls, patience } from './calls.ts';
import { pagesOf } from './pages.ts';
import { mayBeInUse, type Stored } from './resource-row.ts';
import type { NewRow } from './transaction.ts';

/** The kinds of changes. */
export const changeWords = ['created', 'updated', 'disabled', 'restored', 'moved', 'deleted'] as const;
/** A kind of change. The log records use the same words. */
export type ChangeWord = (typeof changeWords)[number];

/**
 * One row of a tenant's history. Every transaction that changes a resource also inserts a change row, so neither is written without the other.
 * The row has the paths of the changed attributes, but no values.
 */
export interface ChangeRow {
  /** The RowKey. It is made before the first attempt, so a row with this key proves that the write was committed. */
  readonly rowKey: string;
  readonly change: ChangeWord;
  /** The id of the resource. */
  readonly id: string;
  /** When the write began, by the clock of the instance that wrote it. */
  readonly at: Date;
  /** The paths of the changed attributes. For a deletion, only that of the status attribute, and only if the resource was in use. */
  readonly attributes: readonly string[];
  /** The fingerprint of the request's token. */
  readonly token: string;
}

/** The prefix of the RowKeys of change rows. */
export const changePrefix = '~change.';

/** A key that sorts after the RowKeys of all change rows. */
export const END_OF_CHANGES = `${changePrefix}~`;

/** The smallest RowKey that a change at this time can have. */
export const keyAt = (at: Date): string => `${changePrefix}${at.toISOString().replace(/[-:.]/g, '')}`;

/** The RowKey of a change: its time and 64 random bits. */
export const newChangeKey = (at: Date): string => `${keyAt(at)}.${randomBytes(8).toString('hex')}`;

/** Whether a RowKey has the form of a change's RowKey. */
export const isChangeKey = (rowKey: string): boolean => CHANGE_KEY.test(rowKey);

const CHANGE_KEY = /^~change\.(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z\.[0-9a-f]{16}$/;

/** The time in a change's RowKey, in milliseconds since 1970; NaN for any other RowKey. */
export function timeOf(rowKey: string): number {
  const [whole, year, month, day, hour, minute, second, millisecond] = CHANGE_KEY.exec(rowKey) ?? [];
  return whole ? Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z`) : Number.NaN;
}

/** The most by which the clocks of two instances differ, in milliseconds. */
const MAX_CLOCK_SKEW = 5_000;

/**
 * The longest time from the time in a change's key until the change can be read, in milliseconds. The write may take as long as a request waits for
 * storage, its last attempt may be carried out after the timeout, and the instance's clock may be behind. So a reader that continues an earlier read
 * begins this much before the newest change that it knows, and ignores the keys that it knows.
 */
export const overlap = patience.request + patience.attempt + MAX_CLOCK_SKEW;

/** The row of a change. */
export function changeRow(partitionKey: string, { rowKey, change, id, at, attributes, token }: ChangeRow): NewRow {
  return { partitionKey, rowKey, change, id, at, attributes: attributes.join(' '), token };
}

/** Reads a change row; undefined if a column is missing or invalid, or if its time is not the time in its key. */
export function changeFrom(row: Readonly<Record<string, unknown>>): ChangeRow | undefined {
  const { rowKey, change, id, at, attributes, token } = row;
  const word = changeWords.find((known) => known === change);
  if (!word || typeof rowKey !== 'string' || typeof id !== 'string' || typeof token !== 'string') return undefined;
  if (!(at instanceof Date) || at.getTime() !== timeOf(rowKey) || typeof attributes !== 'string') return undefined;
  return { rowKey, change: word, id, at, attributes: attributes === '' ? [] : attributes.split(' '), token };
}

/** Some consecutive changes, in the order of their RowKeys. */
export interface ChangePage {
  readonly changes: readonly ChangeRow[];
  /** The RowKeys of change rows that cannot be read. */
  readonly damaged: readonly string[];
}

/** One tenant's history, and the calls to read it with. */
export interface History {
  readonly table: TableClient;
  readonly tenant: string;
  readonly calls: Calls;
}

/**
 * Reads a tenant's changes from the key `from` (see keyAt) up to but not including the key `until`. A page has at most 1,000 changes and takes one
 * storage call. Throws 503 when storage does not answer.
 */
export async function* readChanges(
  { table, tenant, calls }: History,
  from: string,
  until = END_OF_CHANGES,
): AsyncGenerator<ChangePage> {
  const filter = odata`PartitionKey eq ${tenant} and RowKey ge ${from} and RowKey lt ${until}`;
  for await (const rows of pagesOf(table, { filter, readPage: calls.readPage })) yield changePage(rows);
}

/** Reads the changes in some rows of a history. */
export function changePage(rows: readonly Readonly<Record<string, unknown>>[]): ChangePage {
  const changes: ChangeRow[] = [];
  const damaged: string[] = [];
  for (const row of rows) {
    const change = changeFrom(row);
    if (change) changes.push(change);
    else damaged.push(String(row['rowKey']));
  }
  return { changes, damaged };
}

/** Whether a change disabled a resource, or deleted one that was in use. */
export const isDisabledOrDeleted = ({ change, attributes }: Pick<ChangeRow, 'change' | 'attributes'>): boolean =>
  change === 'disabled' || (change === 'deleted' && attributes.length > 0);

/** The paths in the change row of a deletion: that of the status attribute, if the resource was in use. */
export const pathsOfDeletion = (
  type: ResourceType,
  before: Pick<Stored, 'attributes' | 'unreadable'>,
): readonly string[] => (mayBeInUse(type, before) ? [statusAttribute(type)?.name ?? 'id'] : []);

/** The paths of the attributes that differ, in the order of the declaration. For a complex attribute, the paths of its sub-attributes. */
export const changedPaths = ({ writable }: ResourceType, before: JsonObject, after: JsonObject): readonly string[] =>
  writable.flatMap((attribute) => pathsIn(attribute, before, after));

function pathsIn(
  { name, multiValued, subAttributes }: Attribute,
  before: JsonObject,
  after: JsonObject,
): readonly string[] {
  const [old, now] = [before[name], after[name]];
  if (equalJson(old, now)) return [];
  if (multiValued || subAttributes.length === 0) return [name];
  const part = (value: typeof old, sub: string) => (isObject(value) ? value[sub] : undefined);
  return subAttributes
    .filter((sub) => !equalJson(part(old, sub.name), part(now, sub.name)))
    .map((sub) => `${name}.${sub.name}`);
}
