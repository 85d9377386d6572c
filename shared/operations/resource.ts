import { undoHabits } from '../scim/entra.ts';
import { membersByName } from '../scim/json.ts';
import { requireSchema } from '../scim/messages.ts';
import { readOperations } from '../scim/patch/operations.ts';
import { applyPatch, patchBudget } from '../scim/patch/patch.ts';
import { readProjection } from '../scim/query.ts';
import { writablePart } from '../scim/resource.ts';
import { readResource } from '../scim/values.ts';
import { mayBeInUse } from '../store/resource-row.ts';
import { changeResource, retryLostRaces } from './change.ts';
import { resourceOf, resourceResponse, type ScimRequest, type ScimResponse } from './operation.ts';
import { checkPreconditions, isNotModified, requireReadable, requireResource } from './preconditions.ts';

/** POST /Users (RFC 7644 section 3.3): 201 with the resource as it was stored. Throws 400 and 409 uniqueness. */
export async function create(request: ScimRequest): Promise<ScimResponse> {
  const type = request.service.resourceType;
  const project = readProjection(type, request.search);
  const body = await request.body();
  requireSchema(membersByName(body), type.schema);
  const attributes = readResource(type, body, { reading: request.reading() });
  request.validator.resource(attributes);
  const stored = await request.store.insert(attributes);
  return resourceResponse(request, stored, { status: 201, outcome: 'created', project });
}

/** GET /Users/{id} (RFC 7644 section 3.4.1): 200 with the resource, or 304 if the client already has this version. Throws 404. */
export async function get(request: ScimRequest): Promise<ScimResponse> {
  const project = readProjection(request.service.resourceType, request.search);
  const stored = requireReadable(await requireResource(request));
  if (isNotModified(request, stored))
    return { status: 304, headers: { etag: stored.version }, outcome: 'read', id: stored.id };
  return resourceResponse(request, stored, { status: 200, outcome: 'read', project });
}

/**
 * PUT /Users/{id} (RFC 7644 section 3.5.1): 200 with the replaced resource. An omitted attribute becomes unassigned, or keeps its value if it has an
 * initial value. readOnly attributes are ignored. Throws 400, 403 while the brake is engaged, 404, 409 and 412.
 */
export async function replace(request: ScimRequest): Promise<ScimResponse> {
  const type = request.service.resourceType;
  const body = await request.body();
  requireSchema(membersByName(body), type.schema);
  const reading = request.reading();
  return changeResource(request, (before) => readResource(type, body, { reading, stored: before.attributes }));
}

/** PATCH /Users/{id} (RFC 7644 section 3.5.2): 200 with the changed resource. All operations are applied, or none. Throws as PUT does. */
export async function patch(request: ScimRequest): Promise<ScimResponse> {
  const type = request.service.resourceType;
  const read = request.reading();
  const operations = undoHabits(type, readOperations(await request.body(), read), read);
  return changeResource(request, (before) => {
    const context = { type, reading: request.reading(patchBudget), checkValue: request.validator.value };
    return writablePart(type, applyPatch(context, resourceOf(request, before), operations));
  });
}

/** DELETE /Users/{id} (RFC 7644 section 3.6): 204. Throws 403 while the brake is engaged, 404 and 412. */
export async function remove(request: ScimRequest): Promise<ScimResponse> {
  return retryLostRaces(async () => {
    const before = await requireResource(request);
    checkPreconditions(request, before);
    if (mayBeInUse(request.service.resourceType, before)) await request.brake.check();
    await request.store.remove(before);
    return { status: 204, outcome: 'deleted', id: before.id };
  });
}
