import { hash } from 'node:crypto';
import type { TableEntityResult } from '@azure/data-tables';
import type { JsonObject } from '../scim/json.ts';
import type { Provenance } from '../scim/resource.ts';
import { type Columns, isOwnColumn } from './columns.ts';
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
  /** Columns that cannot be read: the row is damaged. */
  readonly unreadable: readonly string[];
}

/** A row as the SDK returns it; only these columns are known to be there. */
export type Row = TableEntityResult<Record<string, unknown>>;

/** Reads a resource row. An attribute whose column cannot be read is left out, and named in `unreadable`. */
export function storedFrom(columns: Columns, row: Row): Stored {
  const { attributes, unreadable: attributeColumns } = columns.read(row);
  const unreadable = [...attributeColumns, ...unreadableOwnColumns(row)];
  const isCarried = (name: string): boolean =>
    attributeColumns.includes(name) || (!isOwnColumn(name) && !columns.names.has(name));
  return {
    rowKey: String(row.rowKey),
    id: String(row['id']),
    attributes,
    created: dateOf(row, 'created'),
    lastModified: dateOf(row, 'lastModified'),
    etag: row.etag,
    version: versionOf(row.etag),
    indexRows: indexRowsIn(row['indexRows']),
    carried: Object.fromEntries(Object.entries(row).filter(([name]) => isCarried(name))),
    unreadable,
  };
}

function unreadableOwnColumns(row: Row): readonly string[] {
  const dates = ['created', 'lastModified'].filter((name) => Number.isNaN(dateIn(row[name]).getTime()));
  return isGuid(String(row['id'])) ? dates : ['id', ...dates];
}

/** The date in a column, or when storage wrote the row where that cannot be read. */
function dateOf(row: Row, name: string): Date {
  const date = dateIn(row[name]);
  return Number.isNaN(date.getTime()) ? dateIn(row.timestamp) : date;
}

const dateIn = (cell: unknown): Date => (cell instanceof Date ? cell : new Date(String(cell)));

/** The column `indexRows`: RowKeys of the form `~<attribute>.<hash>`, separated by blanks. Rows of earlier versions lack it. */
export function indexRowsIn(cell: unknown): ReadonlyMap<string, string> {
  const keys = typeof cell === 'string' && cell !== '' ? cell.split(' ') : [];
  return new Map(keys.map((key) => [key.slice(1, key.lastIndexOf('.')), key]));
}

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
    ...(indexRows.size > 0 && { indexRows: [...indexRows.values()].join(' ') }),
  };
}

export const externalIdOf = (attributes: JsonObject): string | undefined =>
  typeof attributes['externalId'] === 'string' ? attributes['externalId'] : undefined;
