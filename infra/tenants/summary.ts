import { settingsInForce } from '../../shared/brake/brake-settings.ts';
import { isInUse } from '../../shared/scim/schema.ts';
import { MAX_ROWS } from '../../shared/store/pages.ts';
import { inParallel } from '../commands/shared/in-parallel.ts';
import type { TenantSecret } from '../tokens/list.ts';
import { type BrakeSummary, openBrakeLog, summariseBrake } from './brakes.ts';
import { type LastChange, lastChange, lastChangeBefore } from './last-change.ts';
import { countChanges, type Period, startOfDays } from './periods.ts';
import type { TenantData } from './tenant-data.ts';
import { type TokenSummary, tokenSummaries } from './token-summary.ts';

/** The state of one service for one tenant. */
export interface Summary {
  readonly service: string;
  readonly tenant: string;
  readonly at: Date;
  readonly resources: ResourceCounts;
  /** Undefined if there was never a change. */
  readonly lastChange: LastChange | undefined;
  /** Oldest first (UTC); the last one is today. */
  readonly days: readonly Period[];
  readonly hours: readonly Period[];
  /** How many lines of the history of these days cannot be read. `days` and `hours` do not count them. */
  readonly unreadableChanges: number;
  /** Undefined if nothing is stored for the tenant. */
  readonly brake: BrakeSummary | undefined;
  /** Undefined if no key vault is named. */
  readonly tokens: readonly TokenSummary[] | undefined;
}

interface ResourceCounts {
  readonly active: number;
  readonly disabled: number;
  /** Rows that cannot be read, active or disabled. */
  readonly unreadable: number;
}

/** What a summary needs in addition to the tables. */
export interface SummaryParts {
  /** The number of days for which changes are counted, including today. */
  readonly days: number;
  /** The tenant's secrets; undefined if no key vault is named. */
  readonly secrets: readonly TenantSecret[] | undefined;
}

/**
 * Reads the state of a service for one tenant. It reads the resources and the history page by page, so the memory that it needs does not depend on the
 * number of rows. Throws errors that explainReadFailure explains.
 */
export async function summarise(data: TenantData, { days, secrets }: SummaryParts): Promise<Summary> {
  const at = data.now();
  const [resources, history, brake] = (await data.hasRows())
    ? await Promise.all([readResources(data), readHistory(data, days, at), readBrake(data)])
    : [noResources, emptyHistory(days, at), undefined];
  const { lastModified, ...counts } = resources;
  return {
    service: data.service.name,
    tenant: data.tenant,
    at,
    resources: counts,
    lastChange: later(history.last, lastModified),
    days: history.days,
    hours: history.hours,
    unreadableChanges: history.unreadable,
    brake: brake?.(counts.active),
    tokens: secrets && tokenSummaries(secrets, data.service.name, at),
  };
}

/** The later of the last change in the history and the newest lastModified. The history may no longer contain the last change. */
function later(last: LastChange | undefined, lastModified: Date | undefined): LastChange | undefined {
  if (!lastModified || (last && last.at >= lastModified)) return last;
  return { at: lastModified };
}

interface Resources extends ResourceCounts {
  readonly lastModified: Date | undefined;
}

const noResources: Resources = { active: 0, disabled: 0, unreadable: 0, lastModified: undefined };

async function readResources({ openStore, service }: TenantData): Promise<Resources> {
  const store = openStore();
  let [active, disabled] = [0, 0];
  let lastModified: Date | undefined;
  for await (const { resources } of store.scan('', MAX_ROWS))
    for (const stored of resources) {
      if (isInUse(service.resourceType, stored.attributes)) active += 1;
      else disabled += 1;
      if (!lastModified || stored.lastModified > lastModified) lastModified = stored.lastModified;
    }
  return { active, disabled, unreadable: store.damage().count, lastModified };
}

interface HistorySummary {
  readonly last: LastChange | undefined;
  readonly days: readonly Period[];
  readonly hours: readonly Period[];
  readonly unreadable: number;
}

/** The number of days of the history that are read at the same time. */
const DAYS_AT_ONCE = 4;
const DAY = 86_400_000;

async function readHistory(data: TenantData, days: number, now: Date): Promise<HistorySummary> {
  const start = startOfDays(days, now);
  const counting = countChanges(start, now);
  let last: LastChange | undefined;
  let unreadable = 0;
  const starts = Array.from({ length: days }, (_, index) => new Date(start.getTime() + index * DAY));
  await inParallel(starts, { width: DAYS_AT_ONCE }, async (from) => {
    for await (const page of data.changes({ from, until: new Date(from.getTime() + DAY) })) {
      for (const { change, at } of page.changes) counting.add(change, at);
      const newest = page.changes.at(-1);
      if (newest && (!last || newest.at >= last.at)) last = lastChange(newest);
      unreadable += page.damaged.length;
    }
  });
  last ??= await lastChangeBefore(data, start);
  return { last, days: counting.days(), hours: counting.hours(), unreadable };
}

function emptyHistory(days: number, now: Date): HistorySummary {
  const counting = countChanges(startOfDays(days, now), now);
  return { last: undefined, days: counting.days(), hours: counting.hours(), unreadable: 0 };
}

async function readBrake(data: TenantData): Promise<(active: number) => BrakeSummary> {
  const limits = await settingsInForce(data.table);
  return summariseBrake(openBrakeLog(data, limits), limits);
}
