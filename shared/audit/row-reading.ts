import { BRAKE_STATE_KEY, FORMER_BRAKE_PREFIX } from '../brake/brake-log.ts';
import type { JsonObject } from '../scim/json.ts';
import { type Attribute, type ResourceType, uniqueAttributes } from '../scim/schema.ts';
import { isChangeKey } from '../store/change-row.ts';
import type { Columns } from '../store/columns.ts';
import { END_OF_RESOURCES, idKey, isGuid, resourceKey, uniqueKey } from '../store/keys.ts';
import { externalIdOf, indexRowsCell, indexRowsIn, type Row } from '../store/resource-row.ts';
import { indexRowsOf } from '../store/transaction.ts';
import type { ColumnCheck } from './resource-check.ts';

/** The kinds of rows in a tenant's partition. */
export type RowKind = 'resource' | 'index' | 'change' | 'brake' | 'unknown';

/** Makes the function that recognises the kind of a row in a tenant's partition. Every new kind of row must be added here. */
export function rowKinds(type: ResourceType): (row: Row) => RowKind {
  const unique = uniqueAttributes(type);
  const index = [idKey(''), ...unique.map(({ name }) => uniqueKey(name, '').slice(0, -HASH))];
  return (row) => {
    const key = String(row.rowKey);
    if (key < END_OF_RESOURCES) return isResourceKey(key) || typeof row['id'] === 'string' ? 'resource' : 'unknown';
    if (isChangeKey(key)) return 'change';
    if (key === BRAKE_STATE_KEY || key.startsWith(FORMER_BRAKE_PREFIX)) return 'brake';
    return index.some((prefix) => key.startsWith(prefix)) ? 'index' : 'unknown';
  };
}

/** The length of a SHA-256 hash in hexadecimal, with which the key of a unique row ends. */
const HASH = 64;

const isResourceKey = (key: string): boolean => isGuid(key) || /^(x\.[0-9a-f]{64}|n\..*)$/.test(key);

/** The keys that no other resource may have: a resource's RowKey, and the RowKeys of its index rows. */
export interface Claims {
  readonly id: string;
  readonly hasId: boolean;
  /** The RowKey that follows from its externalId or id; undefined if it has neither. */
  readonly rowKey: string | undefined;
  /** From the RowKey of an index row to its unique attribute, or 'id'. */
  readonly index: ReadonlyMap<string, Attribute | 'id'>;
  /** The correct value of the column `indexRows`; undefined if the column is correct, or absent as in rows of earlier versions. */
  readonly indexRows: string | undefined;
  /** Whether all columns that determine the index rows could be read. If not, an index row without a claimant may belong to this resource. */
  readonly isComplete: boolean;
}

/** Makes the function that reads a resource row's claims. It uses only the columns that determine them, so other broken columns do not matter. */
export function claimsReader(type: ResourceType, columns: Columns): (row: Row) => Claims {
  const unique = uniqueAttributes(type);
  const claiming = [...unique, ...type.writable.filter(({ name }) => name === 'externalId')];

  return (row) => {
    const attributes = readColumns(columns, claiming, row);
    const stored = indexRowsIn(row['indexRows']);
    const derived = indexRowsOf(unique, attributes);
    const keys = new Map([...stored, ...derived]);
    const isStored = row['indexRows'] === undefined || [...derived].every(([name, key]) => stored.get(name) === key);
    const id = String(row['id']);
    const hasId = isGuid(id);
    const externalId = externalIdOf(attributes);
    return {
      id,
      hasId,
      rowKey: externalId !== undefined || hasId ? resourceKey(externalId, id) : undefined,
      index: indexOf(unique, keys, hasId ? idKey(id) : undefined),
      isComplete: hasId && unique.every(({ name, required }) => keys.has(name) || !required),
      indexRows: isStored ? undefined : indexRowsCell(keys),
    };
  };
}

function indexOf(
  unique: readonly Attribute[],
  keys: ReadonlyMap<string, string>,
  keyOfId: string | undefined,
): Claims['index'] {
  const index = new Map<string, Attribute | 'id'>();
  for (const attribute of unique) {
    const key = keys.get(attribute.name);
    if (key !== undefined) index.set(key, attribute);
  }
  return keyOfId === undefined ? index : index.set(keyOfId, 'id');
}

/** Reads the columns of these attributes, without those that cannot be read. */
function readColumns(columns: Columns, attributes: readonly Attribute[], row: Row): JsonObject {
  const read = attributes.map(({ name, column = name }) => {
    try {
      return columns.toAttributes({ [column]: row[column] });
    } catch {
      return {};
    }
  });
  return Object.assign({}, ...read);
}

/** How to interpret the rows of one service's table. */
export interface RowReading {
  readonly kindOf: (row: Row) => RowKind;
  readonly claimsOf: (row: Row) => Claims;
  readonly checkColumns: (row: Row) => ColumnCheck;
}

/** Point reads of one tenant's rows. */
export interface PartitionView extends RowReading {
  readonly tenant: string;
  readonly read: (rowKey: string) => Promise<Row | undefined>;
  /** The RowKeys of the resources that claimed a key during the scan. */
  readonly claimants: (key: string) => readonly string[];
}
