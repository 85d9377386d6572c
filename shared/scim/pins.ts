import { resolveAttrPath } from './attr-path.ts';
import type { Filter } from './filter.ts';
import type { Attribute, ResourceType } from './schema.ts';

/** An attribute that a filter binds to one text, alone or inside an `and`: at most one resource can match where it is unique. */
export interface Pin {
  readonly attribute: Attribute;
  readonly value: string;
}

/** The pins of a filter, so that the store can read by key instead of scanning. */
export function pinsOf(type: ResourceType, filter: Filter): readonly Pin[] {
  if (filter.kind === 'and') return filter.filters.flatMap((one) => pinsOf(type, one));
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string') return [];
  const found = resolveAttrPath(type, filter.path);
  return found && !found.sub && !found.attribute.multiValued
    ? [{ attribute: found.attribute, value: filter.value }]
    : [];
}
