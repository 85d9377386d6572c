import { hash } from 'node:crypto';
import type { TableEntityResult } from '@azure/data-tables';
import type { JsonObject } from '../scim/json.ts';
import type { Provenance } from '../scim/resource.ts';
import { isInUse, type ResourceType, statusAttribute } from '../scim/schema.ts';
import { type Columns, cellsAsRead, isOwnColumn } from './columns.ts';
import { isGuid, resourceKey } from './keys.ts';
import type { NewRow } from './transaction.ts';

/** A resource as it stands in the table. */
export interface Stored extends Provenance {
  readonly rowKey: string;
  readonly attributes: JsonObject;
  /** The row's ETag; a write happens only while it still is this one. */
  readonly etag: string;
  /** The index rows of its unique attributes: attribute -> RowKey. They are found by these keys, never by folding a value again. */
  readonly indexRows: ReadonlyMap<string, string>;
  /** Columns that this version does not know, or cannot read: another version may, so they stay as they are. */
  readonly carried: Readonly<Record<string, unknown>>;
  /** Columns of known attributes that cannot be read: the row is damaged. */
  readonly unreadable: readonly string[];
}

/** Whether a resource is in use as far as its row tells: one whose status cannot be read counts as in use, so that the brake counts it. */
export function mayBeInUse(
  type: ResourceType,
  { attributes, unreadable }: Pick<Stored, 'attributes' | 'unreadable'>,
): boolean {
  const { name, column = name } = statusAttribute(type) ?? { name: '' };
  return isInUse(type, attributes) || (attributes[name] === undefined && unreadable.includes(column));
}

/** A row as the SDK returns it; only these columns are known to be there. */
export type Row = TableEntityResult<Record<string, unknown>>;

/** Reads a resource row. An attribute whose column cannot be read is left out, and named in `unreadable`, as are the row's own columns. */
export function storedFrom(columns: Columns, row: Row): Stored {
  const { attributes, unreadable } = columns.read(row);
  const own = OWN_CHECKS.flatMap(([name, isWhole]) => (isWhole(row[name]) ? [] : [name]));
  const isCarried = (name: string): boolean =>
    unreadable.includes(name) || (!isOwnColumn(name) && !columns.names.has(name));
  return {
    rowKey: String(row.rowKey),
    id: String(row['id']),
    attributes,
    created: dateOf(row['created'], row),
    lastModified: dateOf(row['lastModified'], row),
    etag: row.etag,
    version: versionOf(row.etag),
    indexRows: indexRowsIn(row['indexRows']),
    carried: cellsAsRead(Object.fromEntries(Object.entries(row).filter(([name]) => isCarried(name)))),
    unreadable: [...own, ...unreadable],
  };
}

const isDate = (cell: unknown): cell is Date => cell instanceof Date && !Number.isNaN(cell.getTime());

/** A date, or where there is none, when storage wrote the row: who is damaged can still be disabled. */
const dateOf = (cell: unknown, { timestamp = '' }: Row): Date => {
  if (isDate(cell)) return cell;
  const written = new Date(timestamp);
  return isDate(written) ? written : new Date(0);
};

/** What the columns of every row have to hold. */
const OWN_CHECKS: readonly (readonly [string, (cell: unknown) => boolean])[] = [
  ['id', (cell) => isGuid(String(cell))],
  ['created', isDate],
  ['lastModified', isDate],
];

/** The column `indexRows`: RowKeys of the form `~<attribute>.<hash>`, separated by blanks. Rows of earlier versions lack it. */
export function indexRowsIn(cell: unknown): ReadonlyMap<string, string> {
  const keys = typeof cell === 'string' ? cell.split(' ').filter((key) => INDEX_KEY.test(key)) : [];
  return new Map(keys.map((key) => [key.slice(1, key.lastIndexOf('.')), key]));
}

const INDEX_KEY = /^~[^~ .]+\.[0-9a-f]{64}$/;

/** The cell of the column `indexRows`. */
export const indexRowsCell = (indexRows: ReadonlyMap<string, string>): string => [...indexRows.values()].join(' ');

/** meta.version: a weak tag that says nothing about the storage (RFC 7644 section 3.14, RFC 9110 section 8.8.1). */
export const versionOf = (etag: string): string => `W/"${hash('sha256', etag, 'base64url').slice(0, 16)}"`;

/** A state that is to be written, not yet with the ETag that storage gives it. */
export function newState(
  id: string,
  attributes: JsonObject,
  rest: Pick<Stored, 'created' | 'lastModified' | 'indexRows' | 'carried'>,
): Stored {
  const rowKey = resourceKey(externalIdOf(attributes), id);
  return { ...rest, id, rowKey, attributes, etag: '', version: '', unreadable: [] };
}

/** The row of a state. */
export function rowOf(columns: Columns, tenant: string, state: Stored): NewRow {
  const { rowKey, id, attributes, created, lastModified, indexRows, carried } = state;
  return {
    ...(carried as NewRow), // cells as the SDK read them
    ...columns.toCells(attributes),
    partitionKey: tenant,
    rowKey,
    id,
    created,
    lastModified,
    ...(indexRows.size > 0 && { indexRows: indexRowsCell(indexRows) }),
  };
}

export const externalIdOf = (attributes: JsonObject): string | undefined =>
  typeof attributes['externalId'] === 'string' ? attributes['externalId'] : undefined;
