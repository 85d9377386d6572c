import { rewriteOperations } from '../scim/entra.ts';
import { membersByName, requireSchema } from '../scim/json.ts';
import { applyPatch, readOperations } from '../scim/patch/patch.ts';
import { readProjection } from '../scim/query.ts';
import { writablePart } from '../scim/resource.ts';
import { isInUse } from '../scim/schema.ts';
import { readResource } from '../scim/values.ts';
import { changeResource, untilWon } from './change.ts';
import { resourceOf, resourceResponse, type ScimRequest, type ScimResponse } from './operation.ts';
import { checkIfMatch, existing, isNotModified } from './preconditions.ts';

/** POST /Users (RFC 7644 section 3.3): 201 with the resource as it was stored. Throws 400 and 409 uniqueness. */
export async function create(request: ScimRequest): Promise<ScimResponse> {
  const type = request.service.resourceType;
  const project = readProjection(type, request.search);
  const body = await request.body();
  requireSchema(membersByName(body), type.schema);
  const attributes = readResource(type, body, request.tolerate);
  request.validate(attributes);
  const stored = await request.store.insert(attributes);
  return resourceResponse(request, stored, project, 201, 'created');
}

/** GET /Users/{id} (RFC 7644 section 3.4.1): 200 with the resource, or 304 where the client has this version. Throws 404. */
export async function get(request: ScimRequest): Promise<ScimResponse> {
  const project = readProjection(request.service.resourceType, request.search);
  const stored = await existing(request);
  if (isNotModified(request, stored))
    return { status: 304, headers: { etag: stored.version }, outcome: 'read', id: stored.id };
  return resourceResponse(request, stored, project, 200, 'read');
}

/** PUT /Users/{id} (RFC 7644 section 3.5.1): what is absent becomes unassigned or initial, what is readOnly is ignored. Throws 400, 404, 409, 412. */
export async function replace(request: ScimRequest): Promise<ScimResponse> {
  const type = request.service.resourceType;
  const body = await request.body();
  requireSchema(membersByName(body), type.schema);
  const attributes = readResource(type, body, request.tolerate);
  return changeResource(request, () => attributes);
}

/** PATCH /Users/{id} (RFC 7644 section 3.5.2): 200 with the changed resource; all operations apply, or none. Throws 400, 404, 409, 412. */
export async function patch(request: ScimRequest): Promise<ScimResponse> {
  const { service, tolerate } = request;
  const type = service.resourceType;
  const operations = rewriteOperations(type, readOperations(await request.body(), tolerate), tolerate);
  return changeResource(request, (before) => {
    const patched = applyPatch(type, resourceOf(request, before), operations, tolerate);
    return writablePart(type, patched);
  });
}

/** DELETE /Users/{id} (RFC 7644 section 3.6): 204, and the resource is gone. Throws 403 where the brake holds, 404 and 412. */
export async function remove(request: ScimRequest): Promise<ScimResponse> {
  return untilWon(async () => {
    const before = await existing(request);
    checkIfMatch(request, before);
    const isTakenOut = isInUse(request.service.resourceType, before.attributes);
    await request.store.remove(before, isTakenOut ? await request.brake.admit() : undefined);
    return { status: 204, outcome: 'deleted', id: before.id };
  });
}
