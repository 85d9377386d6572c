import { setTimeout as pause } from 'node:timers/promises';
import { unavailable } from '../scim/errors.ts';
import { equalJson, type JsonObject } from '../scim/json.ts';
import { readProjection } from '../scim/query.ts';
import type { ChangeWord } from '../store/change-row.ts';
import { mayBeInUse, type Stored } from '../store/resource-row.ts';
import { LostRace } from '../store/write.ts';
import { resourceResponse, type ScimRequest, type ScimResponse } from './operation.ts';
import { checkPreconditions, existing } from './preconditions.ts';

const TRIES = 8;
const LONGEST_PAUSE = 40;

/** Repeats a read-and-write whose write lost a race, from the read, with random pauses in milliseconds. Throws 503 when the tries are used up. */
export async function untilWon<T>(readAndWrite: () => Promise<T>): Promise<T> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    try {
      return await readAndWrite();
    } catch (error) {
      if (!(error instanceof LostRace)) throw error;
      await pause(Math.random() * LONGEST_PAUSE);
    }
  }
  throw unavailable('contention', 'The resource is being changed by many requests at once; try again.', {
    retryAfter: 1,
  });
}

/** The attributes that a change leaves, from those that stand there. */
export type Change = (before: Stored) => JsonObject;

/**
 * Reads a resource, changes it and writes it under the version that was read; repeated from the read where another request was faster.
 * What changes nothing writes nothing and keeps the version.
 */
export async function changeResource(request: ScimRequest, change: Change): Promise<ScimResponse> {
  const project = readProjection(request.service.resourceType, request.search);
  return untilWon(async () => {
    const before = await existing(request);
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

/** Of several, the word that an operator must not miss: someone was taken out of use, then that another externalId took the resource over. */
function wordOf({ service }: ScimRequest, before: Stored, attributes: JsonObject): ChangeWord {
  const was = mayBeInUse(service.resourceType, before);
  const is = mayBeInUse(service.resourceType, { ...before, attributes });
  if (was && !is) return 'disabled';
  if (before.attributes['externalId'] !== attributes['externalId']) return 'moved';
  return is && !was ? 'restored' : 'updated';
}
