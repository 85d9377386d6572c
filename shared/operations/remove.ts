import type { ScimRequest, ScimResponse } from './operation.ts';
import { checkIfMatch, existing } from './preconditions.ts';
import { untilWon } from './retry.ts';

/** DELETE /Users/{id} (RFC 7644 section 3.6): 204, and the resource is gone. Throws 404 and 412. */
export async function remove(request: ScimRequest): Promise<ScimResponse> {
  return untilWon(async () => {
    const before = await existing(request);
    checkIfMatch(request, before);
    await request.store.remove(before);
    return { status: 204, outcome: 'deleted', id: before.id };
  });
}
