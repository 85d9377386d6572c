import type { JsonObject } from '../scim/json.ts';
import { resourceKey } from './keys.ts';
import type { Partition } from './partition.ts';
import { newStamp } from './stamp.ts';
import type { Stored } from './stored.ts';
import type { NewRow } from './transaction.ts';

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
