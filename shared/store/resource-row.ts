import { hash, randomBytes } from 'node:crypto';
import type { TableEntityResult } from '@azure/data-tables';
import type { JsonObject } from '../scim/json.ts';
import type { Provenance } from '../scim/resource.ts';
import type { Columns } from './columns.ts';
import { resourceKey } from './keys.ts';
import type { Partition } from './store.ts';
import type { NewRow } from './transaction.ts';

/** A resource as it stands in the table. */
export interface Stored extends Provenance {
  readonly rowKey: string;
  readonly attributes: JsonObject;
  /** The row's ETag; a write happens only while it still is this one. */
  readonly etag: string;
  /** Identifies the write that made this state, and the last ones before it (stamp.ts). */
  readonly stamp: string;
}

/** A row as the SDK returns it; only these columns are known to be there. */
export type Row = TableEntityResult<Record<string, unknown>>;

/** Reads a resource row. */
export function storedFrom(columns: Columns, row: Row): Stored {
  return {
    rowKey: String(row.rowKey),
    id: String(row['id']),
    attributes: columns.toAttributes(row),
    created: dateOf(row['created']),
    lastModified: dateOf(row['lastModified']),
    etag: row.etag,
    version: versionOf(row.etag),
    stamp: String(row['stamp']),
  };
}

const dateOf = (cell: unknown): Date => (cell instanceof Date ? cell : new Date(String(cell)));

/** meta.version: a weak tag that says nothing about the storage (RFC 7644 section 3.14, RFC 9110 section 8.8.1). */
export const versionOf = (etag: string): string => `W/"${hash('sha256', etag, 'base64url').slice(0, 16)}"`;

/** The state that a write makes, under a stamp of its own; `earlier` are those of the writes that it builds upon. */
export function newState(
  id: string,
  attributes: JsonObject,
  created: Date,
  lastModified: Date,
  earlier?: string,
): Stored {
  const rowKey = resourceKey(externalIdOf(attributes), id);
  return { id, rowKey, attributes, created, lastModified, stamp: newStamp(earlier), etag: '', version: '' };
}

/** The row of a state. */
export function rowOf({ columns, tenant }: Partition, state: Stored): NewRow {
  const { rowKey, id, attributes, created, lastModified, stamp } = state;
  return { ...columns.toCells(attributes), partitionKey: tenant, rowKey, id, created, lastModified, stamp };
}

export const externalIdOf = (attributes: JsonObject): string | undefined =>
  typeof attributes['externalId'] === 'string' ? attributes['externalId'] : undefined;

/** How many writes a row remembers: so many may be made by others before one whose outcome is unknown is settled. */
const REMEMBERED = 6;

/** Identifies a write among those of its row, and names the last ones that it builds upon, its own first. */
export const newStamp = (earlier = ''): string =>
  [randomBytes(9).toString('base64url'), ...earlier.split(' ')].slice(0, REMEMBERED).join(' ').trim();

/** Whether the write with the stamp `mine` made the state with the stamp `standing`, or one that it builds upon. */
export function isBuiltUpon(mine: string, standing: string): boolean {
  const [own = ''] = mine.split(' ');
  return standing.split(' ').includes(own);
}
