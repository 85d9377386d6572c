import { setTimeout as pause } from 'node:timers/promises';
import { unavailable } from '../scim/errors.ts';
import { equalJson, type JsonObject } from '../scim/json.ts';
import { readProjection } from '../scim/query.ts';
import type { ChangeWord } from '../store/change-row.ts';
import { LostRace } from '../store/lost-race.ts';
import { mayBeInUse, type Stored } from '../store/resource-row.ts';
import { resourceResponse, type ScimRequest, type ScimResponse } from './operation.ts';
import { checkPreconditions, requireResource } from './preconditions.ts';

/** The most attempts to write a resource. */
const MAX_ATTEMPTS = 8;
/** The longest pause between two attempts, in milliseconds. */
const MAX_PAUSE = 40;

/** Repeats a read and its write, after a random pause, if another request wrote in between. Throws 503 after the last attempt. */
export async function retryLostRaces<T>(readAndWrite: () => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    try {
      return await readAndWrite();
    } catch (error) {
      if (!(error instanceof LostRace)) throw error;
      await pause(Math.random() * MAX_PAUSE);
    }
  }
  throw unavailable('contention', 'Many requests are changing this resource at once. Try again.', { retryAfter: 1 });
}

/** Computes the attributes after a change from the stored resource. */
export type Change = (before: Stored) => JsonObject;

/**
 * Reads a resource, changes it, and writes it on condition that it still has the version that was read. If another request was faster, it reads the
 * resource again. If no attribute changes, no row is written, and the version stays the same.
 */
export async function changeResource(request: ScimRequest, change: Change): Promise<ScimResponse> {
  const project = readProjection(request.service.resourceType, request.search);
  return retryLostRaces(async () => {
    const before = await requireResource(request);
    checkPreconditions(request, before);
    const attributes = change(before);
    request.validator.resource(attributes, before.attributes);
    if (equalJson(before.attributes, attributes))
      return resourceResponse(request, before, { status: 200, outcome: 'unchanged', project });
    const word = wordOf(request, before, attributes);
    if (word === 'disabled') await request.brake.check();
    const after = await request.store.update(before, attributes, word);
    return resourceResponse(request, after, { status: 200, outcome: word, project });
  });
}

/** The word for a change. If several apply: first `disabled`, then `moved` (the externalId has changed). */
function wordOf({ service }: ScimRequest, before: Stored, attributes: JsonObject): ChangeWord {
  const was = mayBeInUse(service.resourceType, before);
  const is = mayBeInUse(service.resourceType, { ...before, attributes });
  if (was && !is) return 'disabled';
  if (before.attributes['externalId'] !== attributes['externalId']) return 'moved';
  return is && !was ? 'restored' : 'updated';
}
