import { randomBytes } from 'node:crypto';
import { BRAKE_STATE_KEY, type BrakeState, stateFrom } from '../../../shared/brake/brake-log.ts';
import { settingsInForce } from '../../../shared/brake/brake-settings.ts';
import { startCalls } from '../../../shared/store/calls.ts';
import { type ChangeRow, overlap } from '../../../shared/store/change-row.ts';
import { MAX_ROWS } from '../../../shared/store/pages.ts';
import type { Stored } from '../../../shared/store/resource-row.ts';
import { inParallel } from '../../commands/shared/in-parallel.ts';
import { explainReadFailure, PATIENCE, type TenantData } from '../../tenants/tenant-data.ts';

/** One tenant's directory. It is read once, and then updated from its history. */
export interface Followed {
  readonly data: TenantData;
  /** Whether the directory has been read. */
  readonly isRead: () => boolean;
  /** Reads the new changes. Calls during a refresh, or shortly after it, share its result. Throws CommandError if the table cannot be read. */
  readonly refresh: () => Promise<void>;
  readonly resources: () => ReadonlyMap<string, Stored>;
  /** The changes of the last 90 days, in the order in which they were read. */
  readonly changes: () => readonly ChangeRow[];
  readonly brake: () => BrakeState | BrakeOff;
  /** Identifies the current state, for `since`. */
  readonly moment: () => string;
  /** The changes since a moment; undefined if the moment is unknown. */
  readonly since: (moment: string) => News | undefined;
}

/** The changes since a moment, with the current state of the changed resources. */
export interface News {
  readonly changes: readonly ChangeRow[];
  readonly resources: readonly Stored[];
  readonly gone: readonly string[];
}

/** How old the data may be before it is read again, in milliseconds. */
const FRESH = 600;
/** How far back changes are read, in milliseconds. The service keeps them this long by default. */
const HISTORY = 90 * 86_400_000;
/** If more resources than this have changed, the whole directory is read again. */
const MOST_FOUND = 400;
const AT_ONCE = 8;

/** The brake is off: SCIM_BRAKE is "off". */
export interface BrakeOff {
  readonly kind: 'off';
}

/** Follows one tenant's directory in a service's table. Nothing is read before the first refresh. */
export function follow(data: TenantData): Followed {
  const epoch = randomBytes(6).toString('hex');
  const changes: ChangeRow[] = [];
  const known = new Set<string>();
  let newest = 0;
  let resources: Map<string, Stored> | undefined;
  let brake: BrakeState | BrakeOff = { kind: 'open' };
  let reading: Promise<void> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;

  function refresh(): Promise<void> {
    if (!reading && performance.now() - readAt >= FRESH)
      reading = read()
        .catch((error: unknown) => {
          throw explainReadFailure(error);
        })
        .finally(() => {
          reading = undefined;
          readAt = performance.now();
        });
    return reading ?? Promise.resolve();
  }

  /** Reads the history first, so that the next read finds changes that are made while the directory is read. */
  async function read(): Promise<void> {
    const isEmpty = resources === undefined || resources.size === 0;
    if (isEmpty && !(await data.hasRows())) {
      resources = new Map();
      return;
    }
    const fresh = await newChanges();
    const ids = [...new Set(fresh.map(({ id }) => id))];
    if (resources === undefined || isEmpty || ids.length > MOST_FOUND) resources = await readAll();
    else await renew(resources, ids);
    take(fresh);
    brake = await readBrake();
  }

  async function newChanges(): Promise<readonly ChangeRow[]> {
    const from = new Date(newest === 0 ? data.now().getTime() - HISTORY : newest - overlap);
    const found: ChangeRow[] = [];
    for await (const page of data.changes({ from })) found.push(...page.changes);
    return found.filter(({ rowKey }) => !known.has(rowKey));
  }

  function take(fresh: readonly ChangeRow[]): void {
    for (const change of fresh) {
      known.add(change.rowKey);
      changes.push(change);
      newest = Math.max(newest, change.at.getTime());
    }
  }

  async function readAll(): Promise<Map<string, Stored>> {
    const all = new Map<string, Stored>();
    for await (const page of data.openStore().scan('', MAX_ROWS))
      for (const one of page.resources) all.set(one.id, one);
    return all;
  }

  const renew = (into: Map<string, Stored>, ids: readonly string[]): Promise<void> =>
    inParallel(ids, { width: AT_ONCE }, async (id) => {
      const stored = await data.openStore().find(id);
      if (stored) into.set(id, stored);
      else into.delete(id);
    });

  async function readBrake(): Promise<BrakeState | BrakeOff> {
    if ((await settingsInForce(data.table)) === 'off') return { kind: 'off' };
    const row = await startCalls(PATIENCE).read((abortSignal) =>
      data.table.getEntity<Record<string, unknown>>(data.tenant, BRAKE_STATE_KEY, { abortSignal }),
    );
    return stateFrom(row, data.now());
  }

  function since(moment: string): News | undefined {
    const [of, count = ''] = moment.split('.');
    if (of !== epoch || !/^\d{1,9}$/.test(count)) return undefined;
    const fresh = changes.slice(Number(count));
    const ids = [...new Set(fresh.map(({ id }) => id))];
    return {
      changes: fresh,
      resources: ids.flatMap((id) => resources?.get(id) ?? []),
      gone: ids.filter((id) => !resources?.has(id)),
    };
  }

  return {
    data,
    isRead: () => resources !== undefined,
    refresh,
    resources: () => resources ?? new Map(),
    changes: () => changes,
    brake: () => brake,
    moment: () => `${epoch}.${changes.length}`,
    since,
  };
}
