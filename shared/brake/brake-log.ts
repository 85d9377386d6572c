import { odata, type TableClient } from '@azure/data-tables';
import { type Calls, WriteRejected } from '../store/calls.ts';
import { changeFrom, isTakenOut, keyAt, overlap } from '../store/change-row.ts';
import { pagesOf } from '../store/pages.ts';
import type { Row } from '../store/resource-row.ts';
import { type BrakeSettings, windowOf } from './brake-settings.ts';

/** Whether the brake is open, holds until an operator releases it, or was released for some time. */
export type BrakeState =
  | { readonly kind: 'open' }
  | { readonly kind: 'latched'; readonly since: Date }
  | { readonly kind: 'released'; readonly until: Date };

/** What the table says about a tenant's brake. */
export interface BrakeReading {
  /** How many resources were disabled or deleted within the window. */
  readonly counted: number;
  readonly state: BrakeState;
}

/** The row with the state of a brake. It sorts behind the change rows, so that one range query returns both, and readers of the history end before it. */
export const BRAKE_STATE_KEY = '~changes.brake';

/** What the RowKeys of the brake's notes of earlier versions begin with. They mean nothing now, and the nightly maintenance removes them. */
export const BRAKE_ROWS_BEFORE = '~brake.';

/** What this process knows of each tenant: who was taken out within the window, by id and when last; and up to when it has read. */
export type TakenOut = Map<string, { readonly times: Map<string, number>; readUntil: number }>;

export interface BrakeLog {
  /** One storage call: what is new in the history since the last look, and the state. */
  readonly read: () => Promise<BrakeReading>;
  readonly latch: () => Promise<void>;
  /** Lets everything through until then. */
  readonly release: (until: Date) => Promise<void>;
}

export interface BrakeLogParts {
  readonly table: TableClient;
  readonly tenant: string;
  readonly calls: Calls;
  readonly now: () => Date;
  readonly settings: Pick<BrakeSettings, 'minutes'>;
  readonly taken: TakenOut;
}

/** Reads a tenant's history for its brake: each resource counts once, however often it was taken out within the window. */
export function brakeLog({ table, tenant, calls, now, settings, taken }: BrakeLogParts): BrakeLog {
  let stateRow: Row | undefined;

  async function read(): Promise<BrakeReading> {
    const at = now().getTime();
    const start = at - windowOf(settings);
    const known = taken.get(tenant) ?? { times: new Map<string, number>(), readUntil: start };
    taken.set(tenant, known);
    stateRow = undefined;
    for await (const rows of pages(Math.max(start, known.readUntil - overlap))) rows.forEach(take(known.times));
    known.readUntil = at;
    const from = countedFrom(stateRow, now(), start);
    for (const [id, time] of known.times) if (time < start) known.times.delete(id);
    const counted = [...known.times.values()].filter((time) => time >= from).length;
    return { counted, state: stateFrom(stateRow, now()) };
  }

  const take =
    (times: Map<string, number>) =>
    (row: Row): void => {
      const rowKey = String(row.rowKey);
      if (rowKey === BRAKE_STATE_KEY) stateRow = row;
      const change = changeFrom(row);
      if (!change || !isTakenOut(change)) return;
      const { id, at } = change;
      times.set(id, Math.max(at.getTime(), times.get(id) ?? 0));
    };

  /** The store looks only at this range, and returns of it no more than the brake has to know. */
  function pages(from: number) {
    const range = odata`PartitionKey eq ${tenant} and RowKey ge ${keyAt(new Date(from))} and RowKey le ${BRAKE_STATE_KEY}`;
    const filter = `${range} and (change eq 'disabled' or change eq 'deleted' or RowKey eq '${BRAKE_STATE_KEY}')`;
    return pagesOf(table, { filter, readPage: calls.read }); // within the time of the request
  }

  const key = { partitionKey: tenant, rowKey: BRAKE_STATE_KEY };

  /** Only over the state that was read: an operator may have released the brake in the meantime, and that stands. */
  async function latch(): Promise<void> {
    const row = { ...key, state: 'latched', since: now() };
    const etag = stateRow?.etag;
    const write = (abortSignal: AbortSignal) =>
      etag === undefined
        ? table.createEntity(row, { abortSignal })
        : table.updateEntity(row, 'Replace', { etag, abortSignal });
    await calls.write(write, async () => undefined).catch(unlessRejected);
  }

  async function release(until: Date): Promise<void> {
    const row = { ...key, state: 'released', since: now(), until };
    await calls.write(
      (abortSignal) => table.upsertEntity(row, 'Replace', { abortSignal }),
      async () => undefined,
    );
  }

  return { read, latch, release };
}

function unlessRejected(error: unknown): void {
  if (!(error instanceof WriteRejected)) throw error;
}

/** From when changes count, in milliseconds: what was let through by a release that is over does not count after it. */
function countedFrom(row: Row | undefined, now: Date, start: number): number {
  const until = row?.['state'] === 'released' && row['until'] instanceof Date ? row['until'] : undefined;
  return until && until <= now ? Math.max(start, until.getTime()) : start;
}

/** Reads the state row; a release that is over is as if there were none. */
export function stateFrom(row: Row | undefined, now: Date): BrakeState {
  const dateIn = (name: string): Date => (row?.[name] instanceof Date ? (row[name] as Date) : now); // checked before
  if (row?.['state'] === 'latched') return { kind: 'latched', since: dateIn('since') };
  if (row?.['state'] === 'released' && dateIn('until') > now) return { kind: 'released', until: dateIn('until') };
  return { kind: 'open' };
}
