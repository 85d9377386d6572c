import { isInUse } from '../scim/schema.ts';
import type { ScimRequest, ScimResponse } from './operation.ts';
import { checkIfMatch, existing } from './preconditions.ts';
import { untilWon } from './retry.ts';

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
