import { hash } from 'node:crypto';
import type { TableEntityResult } from '@azure/data-tables';
import type { JsonObject } from '../scim/json.ts';
import type { Provenance } from '../scim/resource.ts';
import type { Columns } from './columns.ts';

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
