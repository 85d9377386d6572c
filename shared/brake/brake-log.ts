import { odata, type TableClient } from '@azure/data-tables';
import { type Calls, ignoreRejection } from '../store/calls.ts';
import { changeFrom, isDisabledOrDeleted, keyAt, overlap } from '../store/change-row.ts';
import { pagesOf } from '../store/pages.ts';
import type { Row } from '../store/resource-row.ts';
import { type BrakeSettings, windowOf } from './brake-settings.ts';

/** Open, engaged until an operator releases it, or released for some time. */
export type BrakeState =
  | { readonly kind: 'open' }
  | { readonly kind: 'engaged'; readonly since: Date }
  | { readonly kind: 'released'; readonly until: Date };

/** A tenant's brake, as it was read from the table. */
export interface BrakeReading {
  /** How many active resources were disabled or deleted within the window. */
  readonly counted: number;
  readonly state: BrakeState;
}

/** The RowKey of a brake's state. It sorts directly after the change rows, so one range query returns both. */
export const BRAKE_STATE_KEY = '~changes.brake';

/** The prefix of RowKeys that earlier versions of the brake wrote. The nightly maintenance removes these rows. */
export const FORMER_BRAKE_PREFIX = '~brake.';

/** For each tenant: when each resource was last disabled or deleted within the window (by id), and up to when the history has been read. */
export type DisabledOrDeleted = Map<string, { readonly times: Map<string, number>; readUntil: number }>;

/** A tenant's brake in the table. */
export interface BrakeLog {
  /** Reads the state and the changes since the last read. Throws 503 when storage does not answer. */
  readonly read: () => Promise<BrakeReading>;
  /** Engages the brake, unless its state has changed since it was read. Throws 503 when storage does not answer. */
  readonly engage: () => Promise<void>;
  /** Lets every change through until this time. Throws 503 when storage does not answer. */
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

/** Opens a tenant's brake. Each resource counts once, however often it was disabled or deleted within the window. */
export function brakeLog({ table, tenant, calls, now, settings, disabledOrDeleted }: BrakeLogParts): BrakeLog {
  let stateRow: Row | undefined;

  async function read(): Promise<BrakeReading> {
    const at = now();
    const start = at.getTime() - windowOf(settings);
    const known = disabledOrDeleted.get(tenant) ?? { times: new Map<string, number>(), readUntil: start };
    disabledOrDeleted.set(tenant, known);
    stateRow = undefined;
    for await (const rows of pages(Math.max(start, known.readUntil - overlap)))
      for (const row of rows) readRow(row, known.times);
    known.readUntil = at.getTime();
    const from = countStart(stateRow, at, start);
    for (const [id, time] of known.times) if (time < start) known.times.delete(id);
    const counted = [...known.times.values()].filter((time) => time >= from).length;
    return { counted, state: stateFrom(stateRow, at) };
  }

  function readRow(row: Row, times: Map<string, number>): void {
    if (String(row.rowKey) === BRAKE_STATE_KEY) stateRow = row;
    const change = changeFrom(row);
    if (!change || !isDisabledOrDeleted(change)) return;
    const { id, at } = change;
    times.set(id, Math.max(at.getTime(), times.get(id) ?? 0));
  }

  /** The rows that the brake needs, in pages: the state, and the changes since the time `from` that disabled or deleted a resource. */
  function pages(from: number) {
    const range = odata`PartitionKey eq ${tenant} and RowKey ge ${keyAt(new Date(from))} and RowKey le ${BRAKE_STATE_KEY}`;
    const filter = `${range} and (change eq 'disabled' or change eq 'deleted' or RowKey eq '${BRAKE_STATE_KEY}')`;
    return pagesOf(table, { filter, readPage: calls.read }); // `read`, so that the pages count towards the request's time
  }

  const key = { partitionKey: tenant, rowKey: BRAKE_STATE_KEY };

  /** The write is conditional, so it cannot undo a release by an operator at the same moment. */
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

/** The time from which changes count, in milliseconds. Changes that a release let through never count. */
function countStart(row: Row | undefined, now: Date, start: number): number {
  const until = row?.['state'] === 'released' && row['until'] instanceof Date ? row['until'] : undefined;
  return until && until <= now ? Math.max(start, until.getTime()) : start;
}

/** Reads the state row. After a release has ended, the brake is open. */
export function stateFrom(row: Readonly<Record<string, unknown>> | undefined, now: Date): BrakeState {
  const [state, since, until] = [row?.['state'], row?.['since'], row?.['until']];
  if (state === 'engaged') return { kind: 'engaged', since: since instanceof Date ? since : now };
  if (state === 'released' && until instanceof Date && until > now) return { kind: 'released', until };
  return { kind: 'open' };
}
