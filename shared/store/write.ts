import { conflict, unavailable } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { WriteRejected } from './calls.ts';
import {
  type ChangeRow,
  type ChangeWord,
  changedPaths,
  changeRow,
  newChangeKey,
  pathsOfDeletion,
} from './change-row.ts';
import { isGuid } from './keys.ts';
import { LostRace } from './lost-race.ts';
import { externalIdOf, newState, rowOf, type Stored, versionOf } from './resource-row.ts';
import type { Partition } from './store.ts';
import {
  indexRowsOf,
  insertSteps,
  moveSteps,
  removeSteps,
  type Step,
  storedIndexRows,
  submit,
  updateSteps,
} from './transaction.ts';

/** How many ids are tried for a new resource. */
const MAX_IDS = 4;

/** The writes of a tenant's resources. Each is one transaction with its change row, in which storage enforces uniqueness. */
export function writers(partition: Partition, find: (id: string) => Promise<Stored | undefined>) {
  const { table, tenant, token, type, columns, unique, calls, now, newId, recordDamage } = partition;

  /** The first id that is tried is the externalId, if that is a GUID. The others are random. */
  async function insert(attributes: JsonObject): Promise<Stored> {
    const externalId = externalIdOf(attributes);
    const at = now();
    const rest = { created: at, lastModified: at, indexRows: indexRowsOf(unique, attributes), preserved: {} };
    for (let tries = 0; tries < MAX_IDS; tries += 1) {
      const id = tries === 0 && externalId !== undefined && isGuid(externalId) ? externalId : newId();
      const after = newState(id, attributes, rest);
      const steps = insertSteps(rowOf(columns, tenant, after), after);
      const stored = await undefinedIfIdTaken(() =>
        write({
          steps,
          state: after,
          change: changeOf('created', { id, at, attributes: changedPaths(type, {}, attributes) }),
        }),
      );
      if (stored) return stored;
    }
    throw unavailable('contention', 'No free id was found for the new resource. Try again.');
  }

  async function update(before: Stored, attributes: JsonObject, word: ChangeWord): Promise<Stored> {
    const at = now();
    const { created, preserved, id } = before;
    const stored = { ...before, indexRows: storedIndexRows(unique, before) };
    const indexRows = indexRowsOf(unique, attributes, stored);
    const after = newState(id, attributes, { created, lastModified: at, indexRows, preserved });
    const transition = { before: stored, after, row: rowOf(columns, tenant, after) };
    const isMove = after.rowKey !== before.rowKey;
    const steps = isMove ? moveSteps(transition) : updateSteps(transition);
    const change = changeOf(word, { id, at, attributes: changedPaths(type, before.attributes, attributes) });
    return write({ steps, state: after, change, ...(isMove && { etag: before.etag }) });
  }

  async function remove(before: Stored): Promise<void> {
    const at = now();
    const steps = removeSteps(tenant, { ...before, indexRows: storedIndexRows(unique, before) });
    const change = changeOf('deleted', { id: before.id, at, attributes: pathsOfDeletion(type, before) });
    await write({ steps, state: before, change, etag: before.etag });
  }

  const changeOf = (change: ChangeWord, rest: Pick<ChangeRow, 'id' | 'at' | 'attributes'>): ChangeRow => ({
    rowKey: newChangeKey(rest.at),
    change,
    ...rest,
    token,
  });

  interface Write {
    readonly steps: readonly Step[];
    readonly change: ChangeRow;
    /** The state after the write; for a deletion, the last state. */
    readonly state: Stored;
    /** If the first step is a delete, the ETag that the row must still have. */
    readonly etag?: string;
  }

  /** Carries out a write. If an index row to be deleted is missing, records the damage and repeats the write without that step. */
  async function write(wanted: Write): Promise<Stored> {
    try {
      return await attempt(wanted);
    } catch (error) {
      const missing = missingIndexRow(error, wanted.steps);
      if (!missing) throw errorFor(error, wanted.steps);
      const [, row] = missing.action;
      recordDamage({ rowKey: String(row.rowKey), reason: 'the index row is missing' });
      return write({ ...wanted, steps: wanted.steps.filter((step) => step !== missing) });
    }
  }

  /** After an unknown outcome, the change row is the receipt: it exists only if the transaction was committed. */
  async function attempt({ steps, change, state, etag }: Write): Promise<Stored> {
    const receipt: Step = { action: ['create', changeRow(tenant, change)] };
    const submission = { steps: [...steps, receipt], rowKey: state.rowKey, ...(etag !== undefined && { etag }) };
    return calls.write(
      async (signal) => withETag(state, await submit(table, submission, signal)),
      async () => {
        const found = await calls.read((abortSignal) => table.getEntity(tenant, change.rowKey, { abortSignal }));
        return found && currentState(state, change);
      },
    );
  }

  /** The stored state after a committed write. If another request has deleted the resource since, the state that was written. */
  async function currentState(state: Stored, change: ChangeRow): Promise<Stored> {
    const current = change.change === 'deleted' ? undefined : await find(state.id);
    // A resource with the same id that was created later is a different one.
    const isSame = current?.created.getTime() === state.created.getTime();
    return current && isSame ? current : withETag(state, change.rowKey);
  }

  return { insert, update, remove };
}

const withETag = (state: Stored, etag: string): Stored => ({ ...state, etag, version: versionOf(etag) });

function missingIndexRow(error: unknown, steps: readonly Step[]): Step | undefined {
  if (!(error instanceof WriteRejected) || error.failure.kind !== 'missing') return undefined;
  const step = steps[error.failure.index];
  return step?.isIndexRow ? step : undefined;
}

/** The id of a new resource already belongs to another resource. */
class IdTaken extends Error {
  override readonly name = 'IdTaken';
}

async function undefinedIfIdTaken<T>(insert: () => Promise<T>): Promise<T | undefined> {
  try {
    return await insert();
  } catch (error) {
    if (error instanceof IdTaken) return undefined;
    throw error;
  }
}

/** The error for a rejected write: 409 if a value is taken, IdTaken if the id is taken, LostRace if the row has changed or is gone. */
function errorFor(error: unknown, steps: readonly Step[]): unknown {
  if (!(error instanceof WriteRejected)) return error;
  const { failure } = error;
  const claimed = failure.kind === 'exists' ? steps[failure.index]?.claims : undefined;
  if (claimed === undefined) return new LostRace();
  return claimed === 'id' ? new IdTaken() : conflict(`Another resource of this tenant already has this ${claimed}.`);
}
