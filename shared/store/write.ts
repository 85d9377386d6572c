import { conflict, unavailable } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { WriteRejected } from './calls.ts';
import { isGuid } from './keys.ts';
import { externalIdOf, isBuiltUpon, newState, rowOf, type Stored, versionOf } from './resource-row.ts';
import type { Partition } from './store.ts';
import {
  insertSteps,
  moveSteps,
  type NewRow,
  noteSteps,
  removeSteps,
  type Step,
  submit,
  uniqueKeys,
  updateSteps,
} from './transaction.ts';

/** The resource is no longer the version that was read: read it again. */
export class LostRace extends Error {
  override readonly name = 'LostRace';
}

/** How many ids are tried for a new resource: its own GUID, then random ones. */
const IDS = 4;

/** Writes of a tenant's resources, each one transaction: nothing is ever half written, and uniqueness is decided by the storage. */
export function writers(partition: Partition, find: (id: string) => Promise<Stored | undefined>) {
  const { table, tenant, unique, calls, now, newId } = partition;

  /** Carries out a write; after an unknown outcome the stamps on the stored row say whether it is ours, or others have built upon ours. */
  async function writeState(state: Stored, send: (signal: AbortSignal) => Promise<string>): Promise<Stored> {
    const call = async (signal: AbortSignal): Promise<Stored> => {
      const etag = await send(signal);
      return { ...state, etag, version: versionOf(etag) };
    };
    return calls.write(call, async () => {
      const standing = await find(state.id);
      return standing && isBuiltUpon(state.stamp, standing.stamp) ? standing : undefined;
    });
  }

  async function insert(attributes: JsonObject): Promise<Stored> {
    const externalId = externalIdOf(attributes);
    const keys = uniqueKeys(unique, attributes);
    const at = now();
    for (let tries = 0; tries < IDS; tries += 1) {
      const id = tries === 0 && externalId !== undefined && isGuid(externalId) ? externalId : newId();
      const state = newState(id, attributes, at, at);
      const steps = insertSteps(rowOf(partition, state), id, keys);
      const stored = await refusable(steps, () =>
        writeState(state, (signal) => submit(table, steps, state.rowKey, signal)),
      );
      if (stored) return stored;
    }
    throw unavailable('contention', 'No identifier could be found for the new resource; try again.');
  }

  async function update(before: Stored, attributes: JsonObject, note?: string): Promise<Stored> {
    const state = newState(before.id, attributes, before.created, now(), before.stamp);
    const row = rowOf(partition, state);
    const keys = [uniqueKeys(unique, before.attributes), uniqueKeys(unique, attributes)] as const;
    const isMove = state.rowKey !== before.rowKey;
    const change = isMove ? moveSteps(before, row, ...keys) : updateSteps(before, row, ...keys);
    const steps = [...change, ...noteSteps(tenant, note)];
    const stored = await refusable(steps, () =>
      writeState(state, (signal) =>
        steps.length === 1
          ? replaceRow(row, before.etag, signal)
          : submit(table, steps, row.rowKey, signal, isMove ? before.etag : undefined),
      ),
    );
    if (stored) return stored;
    throw new LostRace();
  }

  async function replaceRow(row: NewRow, etag: string, abortSignal: AbortSignal): Promise<string> {
    return (await table.updateEntity(row, 'Replace', { etag, abortSignal })).etag ?? '';
  }

  async function remove(before: Stored, note?: string): Promise<void> {
    const steps = [...removeSteps(tenant, before, uniqueKeys(unique, before.attributes)), ...noteSteps(tenant, note)];
    const isGone = async (): Promise<string | undefined> => {
      const standing = await find(before.id);
      // Someone of the same id who was created later is not the one that was deleted.
      return standing?.created.getTime() === before.created.getTime() ? undefined : 'gone';
    };
    await refusable(steps, () => calls.write((signal) => submit(table, steps, '', signal, before.etag), isGone));
  }

  return { insert, update, remove };
}

/** What a refused write means: 409 for a value that is taken, undefined for an id that is, LostRace for a row that changed or went. */
async function refusable<T>(steps: readonly Step[], write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof WriteRejected)) throw error;
    const { failure } = error;
    const taken = failure.kind === 'exists' ? steps[failure.index]?.taken : undefined;
    if (taken === undefined) throw new LostRace();
    if (taken === 'id') return undefined;
    const name = taken === 'externalId' ? taken : taken.name;
    throw conflict(`Another resource of this tenant already has this ${name}.`);
  }
}
