import { renderResourceType, renderSchema, serviceProviderConfig } from '../scim/discovery.ts';
import { notFound, ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { listResponse } from '../scim/messages.ts';
import type { Operation, ScimRequest, ScimResponse } from './operation.ts';

const found = (body: JsonObject): ScimResponse => ({ status: 200, body, outcome: 'discovered' });

/** GET /ServiceProviderConfig (RFC 7644 section 4). */
export const getServiceProviderConfig: Operation = async (request) => {
  refuseFilter(request);
  return found(serviceProviderConfig(request.base));
};

/** GET /ResourceTypes and /ResourceTypes/{name} (RFC 7644 section 4). Throws 404. */
export const getResourceTypes: Operation = async (request) =>
  listOrOne(request, [renderResourceType(request.service.resourceType, request.base)]);

/** GET /Schemas and /Schemas/{URN} (RFC 7644 section 4). Throws 404. */
export const getSchemas: Operation = async (request) =>
  listOrOne(request, [renderSchema(request.service.resourceType, request.base)]);

function listOrOne(request: ScimRequest, items: readonly JsonObject[]): ScimResponse {
  refuseFilter(request);
  if (request.id === '') return found(listResponse({ resources: items, totalResults: items.length, startIndex: 1 }));
  const item = items.find(({ id }) => String(id).toLowerCase() === request.id.toLowerCase());
  if (item) return found(item);
  throw notFound(`There is no item with this id. Use one of: ${items.map(({ id }) => id).join(', ')}.`);
}

/** Refuses a filter with 403, so that no client assumes that it was applied (RFC 7644 section 4). */
function refuseFilter({ search }: ScimRequest): void {
  if (search.has('filter')) throw new ScimError(403, 'Discovery endpoints cannot be filtered. Remove the filter.');
}
