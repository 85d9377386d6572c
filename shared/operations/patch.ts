import { rewriteOperations } from '../scim/entra.ts';
import { readOperations } from '../scim/patch/operation.ts';
import { applyPatch } from '../scim/patch/patch.ts';
import { writablePart } from '../scim/resource.ts';
import { changeResource } from './change.ts';
import type { ScimRequest, ScimResponse } from './operation.ts';
import { resourceOf } from './resource-response.ts';

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
