import { pinsOf } from '../scim/pins.ts';
import type { Query } from '../scim/query.ts';
import type { Stored } from '../store/stored.ts';
import type { ScimRequest } from './operation.ts';
import { resourceOf } from './resource-response.ts';

/** What a filter that binds id, externalId or a unique attribute finds, by point reads; undefined where the filter binds none of them. */
export async function findPinned(request: ScimRequest, { match }: Query): Promise<readonly Stored[] | undefined> {
  const find = match && finderOf(request, match.filter);
  if (!find) return undefined;
  const stored = await find();
  return stored && match.test(resourceOf(request, stored)) ? [stored] : [];
}

type Filter = NonNullable<Query['match']>['filter'];

function finderOf({ service, store }: ScimRequest, filter: Filter): (() => Promise<Stored | undefined>) | undefined {
  for (const { attribute, value } of pinsOf(service.resourceType, filter)) {
    if (attribute.name === 'id') return () => store.find(value);
    if (attribute.name === 'externalId') return () => store.findByExternalId(value);
    if (attribute.uniqueness === 'server') return () => store.findByUnique(attribute, value);
  }
  return undefined;
}
