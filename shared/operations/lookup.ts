import { resolveAttrPath } from '../scim/attr-path.ts';
import type { Filter } from '../scim/filter.ts';
import type { Query } from '../scim/query.ts';
import type { Attribute, ResourceType } from '../scim/schema.ts';
import type { Stored } from '../store/resource-row.ts';
import { resourceOf, type ScimRequest } from './operation.ts';
import { requireReadable } from './preconditions.ts';

/** An attribute that has to equal one text for the filter to match. If the attribute is unique, at most one resource can match. */
export interface Binding {
  readonly attribute: Attribute;
  readonly value: string;
}

/** The bindings of a filter: its `eq` comparisons with a text, alone or inside an `and`. */
export function bindingsOf(type: ResourceType, filter: Filter): readonly Binding[] {
  if (filter.kind === 'and') return filter.filters.flatMap((operand) => bindingsOf(type, operand));
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string') return [];
  const found = resolveAttrPath(type, filter.path);
  return found && !found.sub && !found.attribute.multiValued
    ? [{ attribute: found.attribute, value: filter.value }]
    : [];
}

/** Finds the match of a filter that binds id, externalId or a unique attribute, by point reads; undefined if the filter binds none of them. */
export async function findByKey(request: ScimRequest, { match }: Query): Promise<readonly Stored[] | undefined> {
  const find = match && finderOf(request, match.filter);
  if (!find) return undefined;
  const stored = await find();
  return stored && match.test(resourceOf(request, requireReadable(stored))) ? [stored] : [];
}

function finderOf({ service, store }: ScimRequest, filter: Filter): (() => Promise<Stored | undefined>) | undefined {
  for (const { attribute, value } of bindingsOf(service.resourceType, filter)) {
    if (attribute.name === 'id') return () => store.find(value);
    if (attribute.name === 'externalId') return () => store.findByExternalId(value);
    if (attribute.uniqueness === 'server') return () => store.findByUnique(attribute, value);
  }
  return undefined;
}
