import { hash } from 'node:crypto';
import type { TableEntityResult } from '@azure/data-tables';
import type { JsonObject } from '../scim/json.ts';
import type { Provenance } from '../scim/resource.ts';
import { isInUse, type ResourceType, statusAttribute } from '../scim/schema.ts';
import { type Columns, cellsAsRead, isOwnColumn } from './columns.ts';
import { isGuid, resourceKey } from './keys.ts';
import type { NewRow } from './transaction.ts';

/** A resource as it is stored in the table. */
export interface Stored extends Provenance {
  readonly rowKey: string;
  readonly attributes: JsonObject;
  /** The row's ETag. A write is carried out only if the row still has this ETag. */
  readonly etag: string;
  /** The index rows of the unique attributes: from the attribute's name to the RowKey. */
  readonly indexRows: ReadonlyMap<string, string>;
  /** The columns that this version of the service does not know or cannot read. Writes preserve them for the version that can. */
  readonly preserved: Readonly<Record<string, unknown>>;
  /** The names of the known columns that cannot be read. If there are any, the row is damaged. */
  readonly unreadable: readonly string[];
}

/** Whether a resource is in use, or may be because its status cannot be read. The brake then counts it. */
export function mayBeInUse(
  type: ResourceType,
  { attributes, unreadable }: Pick<Stored, 'attributes' | 'unreadable'>,
): boolean {
  const { name, column = name } = statusAttribute(type) ?? { name: '' };
  return isInUse(type, attributes) || (attributes[name] === undefined && unreadable.includes(column));
}

/** A row as the SDK returns it. */
export type Row = TableEntityResult<Record<string, unknown>>;

/** Reads a resource row. Attributes whose columns cannot be read are left out. */
export function storedFrom(columns: Columns, row: Row): Stored {
  const { attributes, unreadable } = columns.read(row);
  const own = OWN_CHECKS.flatMap(([name, isValid]) => (isValid(row[name]) ? [] : [name]));
  const isPreserved = (name: string): boolean =>
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
    preserved: cellsAsRead(Object.fromEntries(Object.entries(row).filter(([name]) => isPreserved(name)))),
    unreadable: [...own, ...unreadable],
  };
}

const isDate = (cell: unknown): cell is Date => cell instanceof Date && !Number.isNaN(cell.getTime());

/** The date in a cell, or the time of the row's last write, so that a resource with a damaged date can still be disabled. */
const dateOf = (cell: unknown, { timestamp = '' }: Row): Date => {
  if (isDate(cell)) return cell;
  const written = new Date(timestamp);
  return isDate(written) ? written : new Date(0);
};

/** The columns that every row has, and the check of each. */
const OWN_CHECKS: readonly (readonly [string, (cell: unknown) => boolean])[] = [
  ['id', (cell) => isGuid(String(cell))],
  ['created', isDate],
  ['lastModified', isDate],
];

/** Reads the column `indexRows`: RowKeys of the form `~<attribute>.<hash>`, separated by spaces. Rows of earlier versions do not have this column. */
export function indexRowsIn(cell: unknown): ReadonlyMap<string, string> {
  const keys = typeof cell === 'string' ? cell.split(' ').filter((key) => INDEX_KEY.test(key)) : [];
  return new Map(keys.map((key) => [key.slice(1, key.lastIndexOf('.')), key]));
}

const INDEX_KEY = /^~[^~ .]+\.[0-9a-f]{64}$/;

/** Writes the column `indexRows`. */
export const indexRowsCell = (indexRows: ReadonlyMap<string, string>): string => [...indexRows.values()].join(' ');

/** meta.version: a weak entity tag, hashed from the row's ETag (RFC 7644 section 3.14, RFC 9110 section 8.8.1). */
export const versionOf = (etag: string): string => `W/"${hash('sha256', etag, 'base64url').slice(0, 16)}"`;

/** A state to be written. It has no ETag yet. */
export function newState(
  id: string,
  attributes: JsonObject,
  rest: Pick<Stored, 'created' | 'lastModified' | 'indexRows' | 'preserved'>,
): Stored {
  const rowKey = resourceKey(externalIdOf(attributes), id);
  return { ...rest, id, rowKey, attributes, etag: '', version: '', unreadable: [] };
}

/** The row of a state. */
export function rowOf(columns: Columns, tenant: string, state: Stored): NewRow {
  const { rowKey, id, attributes, created, lastModified, indexRows, preserved } = state;
  return {
    ...(preserved as NewRow), // cells as the SDK read them
    ...columns.toCells(attributes),
    partitionKey: tenant,
    rowKey,
    id,
    created,
    lastModified,
    ...(indexRows.size > 0 && { indexRows: indexRowsCell(indexRows) }),
  };
}

/** The externalId of a resource, if it has one. */
export const externalIdOf = (attributes: JsonObject): string | undefined =>
  typeof attributes['externalId'] === 'string' ? attributes['externalId'] : undefined;
