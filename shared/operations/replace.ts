import { membersOf, requireSchema } from '../scim/members.ts';
import { readResource } from '../scim/read-value.ts';
import { changeResource } from './change.ts';
import type { ScimRequest, ScimResponse } from './operation.ts';

/** PUT /Users/{id} (RFC 7644 section 3.5.1): what is absent becomes unassigned or initial, what is readOnly is ignored. Throws 400, 404, 409, 412. */
export async function replace(request: ScimRequest): Promise<ScimResponse> {
  const type = request.service.resourceType;
  const body = await request.body();
  requireSchema(membersOf(body), type.schema);
  const attributes = readResource(type, body, request.tolerate);
  return changeResource(request, () => attributes);
}
