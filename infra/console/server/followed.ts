import { randomBytes, randomUUID } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import { BRAKE_STATE_KEY, type BrakeState, stateFrom } from '../../../shared/brake.ts';
import type { Service } from '../../../shared/services/service.ts';
import { startCalls } from '../../../shared/store/calls.ts';
import { type ChangeRow, keyAt, overlap, readChanges } from '../../../shared/store/change-row.ts';
import { MOST_ROWS } from '../../../shared/store/pages.ts';
import type { Stored } from '../../../shared/store/resource-row.ts';
import { storeOf } from '../../../shared/store/store.ts';
import { inParallel } from '../../commands/shared/in-parallel.ts';

/** One tenant's directory, read once and then kept up by its history. */
export interface Followed {
  readonly service: Service;
  readonly tenant: string;
  /** Whether it was read at all. */
  readonly isRead: () => boolean;
  /** Reads what is new; whoever asks while that is under way, or shortly after, shares it. Throws 503 when storage does not answer. */
  readonly refresh: () => Promise<void>;
  readonly resources: () => ReadonlyMap<string, Stored>;
  /** In the order in which they were seen. */
  readonly changes: () => readonly ChangeRow[];
  readonly brake: () => BrakeState;
  /** What became different since a moment that `moment` returned; undefined where the moment is unknown. */
  readonly since: (moment: string) => News | undefined;
  readonly moment: () => string;
}

export interface News {
  readonly changes: readonly ChangeRow[];
  readonly resources: readonly Stored[];
  readonly gone: readonly string[];
}

export interface FollowedParts {
  readonly table: TableClient;
  readonly service: Service;
  readonly tenant: string;
  readonly now: () => Date;
}

/** How old what is shown may be before a question reads again, in milliseconds. */
const FRESH = 600;
/** How far back changes are read, in milliseconds: as long as the service keeps them by default. */
const HISTORY = 90 * 86_400_000;
/** Where more resources than this changed at once, the directory is read anew. */
const MOST_FOUND = 400;
const AT_ONCE = 8;

/** Follows one tenant's directory in a service's table. */
export function follow({ table, service, tenant, now }: FollowedParts): Followed {
  const epoch = randomBytes(6).toString('hex');
  const open = storeOf({ table, type: service.resourceType, now, newId: randomUUID });
  const changes: ChangeRow[] = [];
  const known = new Set<string>();
  let resources: Map<string, Stored> | undefined;
  let brake: BrakeState = { kind: 'open' };
  let reading: Promise<void> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;

  function refresh(): Promise<void> {
    if (reading) return reading;
    if (performance.now() - readAt < FRESH) return Promise.resolve();
    reading = read().finally(() => {
      reading = undefined;
      readAt = performance.now();
    });
    return reading;
  }

  /** The history comes first: what changes while the directory is read is found again by the next look. */
  async function read(): Promise<void> {
    const fresh = await newChanges();
    const ids = [...new Set(fresh.map(({ id }) => id))];
    if (resources === undefined || ids.length > MOST_FOUND) resources = await readAll();
    else await renew(resources, ids);
    for (const change of fresh) known.add(change.rowKey);
    changes.push(...fresh);
    brake = await readBrake();
  }

  async function newChanges(): Promise<readonly ChangeRow[]> {
    const newest = changes.reduce((latest, { at }) => Math.max(latest, at.getTime()), 0);
    const from = newest === 0 ? now().getTime() - HISTORY : newest - overlap;
    const found: ChangeRow[] = [];
    const { calls } = open(tenant, '');
    for await (const page of readChanges({ table, tenant, calls }, keyAt(new Date(from)))) found.push(...page.changes);
    return found.filter(({ rowKey }) => !known.has(rowKey));
  }

  async function readAll(): Promise<Map<string, Stored>> {
    const all = new Map<string, Stored>();
    for await (const page of open(tenant, '').scan('', MOST_ROWS)) for (const one of page.resources) all.set(one.id, one);
    return all;
  }

  const renew = (into: Map<string, Stored>, ids: readonly string[]): Promise<void> =>
    inParallel(ids, { width: AT_ONCE }, async (id) => {
      const stored = await open(tenant, '').find(id);
      if (stored) into.set(id, stored);
      else into.delete(id);
    });

  async function readBrake(): Promise<BrakeState> {
    const row = await startCalls().read((abortSignal) =>
      table.getEntity<Record<string, unknown>>(tenant, BRAKE_STATE_KEY, { abortSignal }),
    );
    return stateFrom(row, now());
  }

  function since(moment: string): News | undefined {
    const [of, count] = moment.split('.');
    if (of !== epoch || !/^\d+$/.test(count ?? '')) return undefined;
    const fresh = changes.slice(Number(count));
    const ids = [...new Set(fresh.map(({ id }) => id))];
    return {
      changes: fresh,
      resources: ids.flatMap((id) => resources?.get(id) ?? []),
      gone: ids.filter((id) => !resources?.has(id)),
    };
  }

  return {
    service,
    tenant,
    isRead: () => resources !== undefined,
    refresh,
    resources: () => resources ?? new Map(),
    changes: () => changes,
    brake: () => brake,
    since,
    moment: () => `${epoch}.${changes.length}`,
  };
}
