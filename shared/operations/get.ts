import { readProjection } from '../scim/query.ts';
import type { ScimRequest, ScimResponse } from './operation.ts';
import { existing, isNotModified } from './preconditions.ts';
import { resourceResponse } from './resource-response.ts';

/** GET /Users/{id} (RFC 7644 section 3.4.1): 200 with the resource, or 304 where the client has this version. Throws 404. */
export async function get(request: ScimRequest): Promise<ScimResponse> {
  const project = readProjection(request.service.resourceType, request.search);
  const stored = await existing(request);
  if (isNotModified(request, stored))
    return { status: 304, headers: { etag: stored.version }, outcome: 'read', id: stored.id };
  return resourceResponse(request, stored, project, 200, 'read');
}
