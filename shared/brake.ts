import { randomBytes } from 'node:crypto';
import { odata, type TableClient } from '@azure/data-tables';
import { ScimError } from './scim/errors.ts';
import { type Calls, WriteRejected } from './store/calls.ts';
import { END_OF_RESOURCES } from './store/keys.ts';
import type { TenantStore } from './store/store.ts';

/** When the brake takes hold. */
export interface BrakeSettings {
  /** So many resources may always be taken out within the window. */
  readonly floor: number;
  /** Percent of the active resources that may be taken out within the window. */
  readonly percent: number;
  /** The sliding window, in minutes. */
  readonly minutes: number;
}

/** What the brake of a tenant says about taking one more active resource out. */
export interface Brake {
  /** The RowKey under which the change has to note itself, in its own transaction; none where the brake is off. Throws 403 where it holds. */
  readonly admit: () => Promise<string | undefined>;
}

/** How long the number of active resources is remembered, in milliseconds. */
const REMEMBERED = 10 * 60_000;

/**
 * The brake keeps an accident in Entra's scope filter from emptying a directory in one cycle: past the limit, resources cannot be disabled or
 * deleted until an operator looks (docs/operations.md). It latches, and only such changes are refused.
 */
export function brakeOf(settings: BrakeSettings, now: () => Date) {
  const active = new Map<string, { readonly count: number; readonly at: number }>();

  async function limitOf(tenant: string, log: BrakeLog, counted: number): Promise<number> {
    const known = active.get(tenant);
    if (known && now().getTime() - known.at < REMEMBERED) return limitFor(settings, known.count);
    // As it stood before the window: what was taken out since has to be counted in.
    const count = (await log.countActive()) + counted;
    active.set(tenant, { count, at: now().getTime() });
    return limitFor(settings, count);
  }

  return (tenant: string, log: BrakeLog): Brake => ({
    admit: async () => {
      const { counted, state } = await log.read();
      if (state.kind === 'released') return log.newKey();
      if (state.kind === 'latched') throw held(settings);
      if (counted < settings.floor || counted < (await limitOf(tenant, log, counted))) return log.newKey();
      await log.latch();
      throw held(settings);
    },
  });
}

/** How many of so many active resources may be taken out within the window. */
export const limitFor = ({ floor, percent }: BrakeSettings, active: number): number =>
  Math.max(floor, Math.floor((active * percent) / 100));

const held = ({ minutes }: BrakeSettings): ScimError =>
  new ScimError(
    403,
    `Too many resources were disabled or deleted within ${minutes} minutes, which looks like an accident in the scope of the provisioning. ` +
      'Further ones are held back: check the assigned users and the scoping filters, then ask BookMe to release the brake (their operator runs npm run brake -- release).',
    { reason: 'brake' },
  );

/** The brake of a tenant for the time of one request. */
export type Brakes = (tenant: string, store: TenantStore) => Brake;

/** The brakes of one service; where the settings switch them off, everything is admitted and nothing noted. */
export function brakesOf(settings: BrakeSettings | undefined, table: TableClient, now: () => Date): Brakes {
  if (!settings) return () => ({ admit: async () => undefined });
  const brake = brakeOf(settings, now);
  const seen: SeenNotes = new Map();
  const { minutes } = settings;
  return (tenant, { calls, countInUse }) =>
    brake(tenant, brakeLog({ table, tenant, calls, now, minutes, seen, countActive: countInUse }));
}

/** Rows of the brake stand in the tenant's partition beyond its resources, and name no person. */
export const brakePrefix = '~brake.';

/** The row with the state of the brake; it sorts behind all notes, so that one query returns both. */
export const stateKey = `${brakePrefix}state`;

/** The RowKey of a note: its time in milliseconds, 14 digits, and something random. */
export const noteKey = (at: Date, unique: string): string =>
  `${brakePrefix}${String(at.getTime()).padStart(14, '0')}.${unique}`;

/** The time of a note, in milliseconds since 1970. */
export const timeOf = (key: string): number => Number(key.slice(brakePrefix.length, brakePrefix.length + 14));

/** Whether the brake is open, holds until an operator releases it, or was released for some time. */
export type BrakeState =
  | { readonly kind: 'open' }
  | { readonly kind: 'latched'; readonly since: Date }
  | { readonly kind: 'released'; readonly until: Date };

/** What the table says about a tenant's brake. */
export interface BrakeReading {
  /** How many active resources were taken out within the window. */
  readonly counted: number;
  readonly state: BrakeState;
}

export interface BrakeLog {
  /** One storage call: the notes that this process has not seen yet, and the state. */
  readonly read: () => Promise<BrakeReading>;
  readonly latch: () => Promise<void>;
  /** Lets everything through until then. */
  readonly release: (until: Date) => Promise<void>;
  readonly newKey: () => string;
  /** One storage call per 1,000 resources. */
  readonly countActive: () => Promise<number>;
}

/** The notes of each tenant that this process has seen, by their RowKeys; older ones are forgotten as the window moves. */
export type SeenNotes = Map<string, Set<string>>;

interface BrakeLogParts {
  readonly table: TableClient;
  readonly tenant: string;
  readonly calls: Calls;
  readonly now: () => Date;
  /** The sliding window, in minutes. */
  readonly minutes: number;
  readonly seen: SeenNotes;
  readonly countActive: () => Promise<number>;
}

/** A note may become visible this much later than its time says, in milliseconds: its write was under way (a request waits 10 s at most), another clock is behind. */
const LATE = 12_000;

/**
 * The brake's rows of one tenant. Each change that takes an active resource out inserts a note of its own, so parallel ones never
 * conflict; no note names a resource. All stand in the tenant's partition beyond the range of the resources.
 */
export function brakeLog({ table, tenant, calls, now, minutes, seen, countActive }: BrakeLogParts): BrakeLog {
  let stateRow: Row | undefined;

  async function read(): Promise<BrakeReading> {
    const start = now().getTime() - minutes * 60_000;
    const notes = recent(seen.get(tenant) ?? new Set(), start);
    const rows = await readRows(newestOf(notes, start));
    for (const { rowKey } of rows) if (rowKey !== stateKey) notes.add(String(rowKey));
    seen.set(tenant, notes);
    stateRow = rows.find(({ rowKey }) => rowKey === stateKey);
    return { counted: recent(notes, countedFrom(stateRow, now(), start)).size, state: stateFrom(stateRow, now()) };
  }

  async function readRows(from: number) {
    const filter = odata`PartitionKey eq ${tenant} and RowKey ge ${noteKey(new Date(from), '')} and RowKey lt ${brakePrefix + END_OF_RESOURCES}`;
    const rows: Row[] = [];
    let continuationToken: string | undefined;
    do {
      const page = await calls.read(async (abortSignal) => {
        const pages = table.listEntities<BrakeRow>({ abortSignal, queryOptions: { filter } });
        return (await pages.byPage(continuationToken === undefined ? {} : { continuationToken }).next()).value;
      });
      rows.push(...(page ?? []));
      continuationToken = page?.continuationToken;
    } while (continuationToken !== undefined);
    return rows;
  }

  const key = { partitionKey: tenant, rowKey: stateKey };

  /** Only over the state that was read: an operator may have released the brake in the meantime, and that stands. */
  async function latch(): Promise<void> {
    const row = { ...key, state: 'latched', since: now() };
    const etag = stateRow?.etag;
    const write = (abortSignal: AbortSignal) =>
      etag === undefined
        ? table.createEntity(row, { abortSignal })
        : table.updateEntity(row, 'Replace', { etag, abortSignal });
    await calls.write(write, async () => undefined).catch(unlessRefused);
  }

  async function release(until: Date): Promise<void> {
    const row = { ...key, state: 'released', since: now(), until };
    await calls.write(
      (abortSignal) => table.upsertEntity(row, 'Replace', { abortSignal }),
      async () => undefined,
    );
  }

  return {
    read,
    latch,
    release,
    newKey: () => noteKey(now(), randomBytes(8).toString('hex')),
    countActive,
  };
}

interface BrakeRow {
  readonly state?: string;
  readonly since?: Date;
  readonly until?: Date;
}

type Row = BrakeRow & { readonly rowKey?: string; readonly etag: string };

function unlessRefused(error: unknown): void {
  if (!(error instanceof WriteRejected)) throw error;
}

const recent = (notes: ReadonlySet<string>, start: number): Set<string> =>
  new Set([...notes].filter((key) => timeOf(key) >= start));

/** Where to read on: a little before the newest note that is known, so that late ones are seen too. */
function newestOf(notes: ReadonlySet<string>, start: number): number {
  let newest = start;
  for (const key of notes) newest = Math.max(newest, timeOf(key) - LATE);
  return newest;
}

/** From when notes count, in milliseconds: what was let through by a release that is over does not count after it. */
function countedFrom(row: Row | undefined, now: Date, start: number): number {
  const isOver = row?.state === 'released' && row.until !== undefined && row.until <= now;
  return isOver && row.until ? Math.max(start, row.until.getTime()) : start;
}

/** Reads the state row; a release that is over is as if there were none. */
export function stateFrom(row: Row | undefined, now: Date): BrakeState {
  if (row?.state === 'latched') return { kind: 'latched', since: row.since ?? now };
  if (row?.state === 'released' && row.until && row.until > now) return { kind: 'released', until: row.until };
  return { kind: 'open' };
}
