import { membersOf, requireSchema } from '../scim/members.ts';
import { readProjection } from '../scim/query.ts';
import { readResource } from '../scim/read-value.ts';
import type { ScimRequest, ScimResponse } from './operation.ts';
import { resourceResponse } from './resource-response.ts';

/** POST /Users (RFC 7644 section 3.3): 201 with the resource as it was stored. Throws 400 and 409 uniqueness. */
export async function create(request: ScimRequest): Promise<ScimResponse> {
  const type = request.service.resourceType;
  const project = readProjection(type, request.search);
  const body = await request.body();
  requireSchema(membersOf(body), type.schema);
  const attributes = readResource(type, body, request.tolerate);
  request.validate(attributes);
  const stored = await request.store.insert(attributes);
  return resourceResponse(request, stored, project, 201, 'created');
}
