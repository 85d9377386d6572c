import { odata, type TableClient } from '@azure/data-tables';
import { type Calls, ignoreRejection } from '../store/calls.ts';
import { changeFrom, isDisabledOrDeleted, keyAt, overlap } from '../store/change-row.ts';
import { pagesOf } from '../store/pages.ts';
import type { Row } from '../store/resource-row.ts';
import { type BrakeSettings, windowOf } from './brake-settings.ts';

/** Whether the brake is open, is engaged until an operator releases it, or was released for some time. */
export type BrakeState =
  | { readonly kind: 'open' }
  | { readonly kind: 'engaged'; readonly since: Date }
  | { readonly kind: 'released'; readonly until: Date };

/** What the table says about a tenant's brake. */
export interface BrakeReading {
  /** How many resources were disabled or deleted within the window. */
  readonly counted: number;
  readonly state: BrakeState;
}

/** The RowKey of a brake's state. It sorts after the change rows, so that one range query returns both, and reads of the history end before it. */
export const BRAKE_STATE_KEY = '~changes.brake';

/** The beginning of the RowKeys that earlier versions of the brake wrote. The rows are no longer used, and the nightly maintenance removes them. */
export const FORMER_BRAKE_PREFIX = '~brake.';

/** For each tenant, the ids of the resources that were taken out of use within the window, when each was, and up to when the history has been read. */
export type DisabledOrDeleted = Map<string, { readonly times: Map<string, number>; readUntil: number }>;

export interface BrakeLog {
  /** Reads the state, and what is new in the history since the last read, in one storage call. */
  readonly read: () => Promise<BrakeReading>;
  readonly engage: () => Promise<void>;
  /** Lets all changes through until this time. */
  readonly release: (until: Date) => Promise<void>;
}

export interface BrakeLogParts {
  readonly table: TableClient;
  readonly tenant: string;
  readonly calls: Calls;
  readonly now: () => Date;
  readonly settings: Pick<BrakeSettings, 'minutes'>;
  readonly disabledOrDeleted: DisabledOrDeleted;
}

/** Reads a tenant's history for its brake. Each resource counts once, however often it was taken out of use within the window. */
export function brakeLog({ table, tenant, calls, now, settings, disabledOrDeleted }: BrakeLogParts): BrakeLog {
  let stateRow: Row | undefined;

  async function read(): Promise<BrakeReading> {
    const at = now();
    const start = at.getTime() - windowOf(settings);
    const known = disabledOrDeleted.get(tenant) ?? { times: new Map<string, number>(), readUntil: start };
    disabledOrDeleted.set(tenant, known);
    stateRow = undefined;
    for await (const rows of pages(Math.max(start, known.readUntil - overlap))) rows.forEach(take(known.times));
    known.readUntil = at.getTime();
    const from = countStart(stateRow, at, start);
    for (const [id, time] of known.times) if (time < start) known.times.delete(id);
    const counted = [...known.times.values()].filter((time) => time >= from).length;
    return { counted, state: stateFrom(stateRow, at) };
  }

  const take =
    (times: Map<string, number>) =>
    (row: Row): void => {
      const rowKey = String(row.rowKey);
      if (rowKey === BRAKE_STATE_KEY) stateRow = row;
      const change = changeFrom(row);
      if (!change || !isDisabledOrDeleted(change)) return;
      const { id, at } = change;
      times.set(id, Math.max(at.getTime(), times.get(id) ?? 0));
    };

  /** Storage searches only this range, and returns only the rows that the brake needs. */
  function pages(from: number) {
    const range = odata`PartitionKey eq ${tenant} and RowKey ge ${keyAt(new Date(from))} and RowKey le ${BRAKE_STATE_KEY}`;
    const filter = `${range} and (change eq 'disabled' or change eq 'deleted' or RowKey eq '${BRAKE_STATE_KEY}')`;
    return pagesOf(table, { filter, readPage: calls.read }); // within the time of the request
  }

  const key = { partitionKey: tenant, rowKey: BRAKE_STATE_KEY };

  /** Writes only if the state is still the one that was read. If an operator has released the brake since, that release stays in force. */
  async function engage(): Promise<void> {
    const row = { ...key, state: 'engaged', since: now() };
    const etag = stateRow?.etag;
    const write = (abortSignal: AbortSignal) =>
      etag === undefined
        ? table.createEntity(row, { abortSignal })
        : table.updateEntity(row, 'Replace', { etag, abortSignal });
    await calls.write(write, async () => undefined).catch(ignoreRejection);
  }

  async function release(until: Date): Promise<void> {
    const row = { ...key, state: 'released', since: now(), until };
    await calls.write(
      (abortSignal) => table.upsertEntity(row, 'Replace', { abortSignal }),
      async () => undefined,
    );
  }

  return { read, engage, release };
}

/** The time from which on changes count, in milliseconds. Changes that a release let through do not count after the release has ended. */
function countStart(row: Row | undefined, now: Date, start: number): number {
  const until = row?.['state'] === 'released' && row['until'] instanceof Date ? row['until'] : undefined;
  return until && until <= now ? Math.max(start, until.getTime()) : start;
}

/** Reads the state row. A release that has ended has no effect any more. */
export function stateFrom(row: Readonly<Record<string, unknown>> | undefined, now: Date): BrakeState {
  const [state, since, until] = [row?.['state'], row?.['since'], row?.['until']];
  if (state === 'engaged') return { kind: 'engaged', since: since instanceof Date ? since : now };
  if (state === 'released' && until instanceof Date && until > now) return { kind: 'released', until };
  return { kind: 'open' };
}
