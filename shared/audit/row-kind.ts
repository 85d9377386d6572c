import { brakePrefix } from '../brake/brake-keys.ts';
import type { ResourceType } from '../scim/schema.ts';
import { END_OF_RESOURCES, idKey, isGuid, uniqueKey } from '../store/keys.ts';
import type { Row } from '../store/stored.ts';

export type RowKind = 'resource' | 'index' | 'brake' | 'unknown';

/** A tenant's name, which is the PartitionKey of all its rows. */
export const isTenant = (partitionKey: string): boolean => /^[a-z0-9-]{1,40}$/.test(partitionKey);

/** Tells what a row of a tenant's partition is. Whoever adds a kind of row to the table admits it here. */
export function rowKinds(type: ResourceType): (row: Row) => RowKind {
  const unique = type.writable.filter((attribute) => attribute.uniqueness === 'server');
  const index = [idKey(''), ...unique.map(({ name }) => uniqueKey(name, '').slice(0, -HASH))];
  return (row) => {
    const key = String(row.rowKey);
    if (key < END_OF_RESOURCES) return isResourceKey(key) || typeof row['id'] === 'string' ? 'resource' : 'unknown';
    if (key.startsWith(brakePrefix)) return 'brake';
    return index.some((prefix) => key.startsWith(prefix)) ? 'index' : 'unknown';
  };
}

/** Characters of a SHA-256 in hexadecimal, which a unique row's key ends with. */
const HASH = 64;

const isResourceKey = (key: string): boolean => isGuid(key) || /^(x\.[0-9a-f]{64}|n\..*)$/.test(key);
