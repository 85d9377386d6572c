import type { BrakeState } from '../../../shared/brake/brake-log.ts';
import { CommandError } from '../../commands/shared/command-error.ts';
import { startOfDays } from '../../tenants/periods.ts';
import { explainReadFailure } from '../../tenants/tenant-data.ts';
import { type TokenSummary, tokenSummaries } from '../../tenants/token-summary.ts';
import type { BrakeInfo, LatestChange, Overview, OverviewRow, TokenInfo } from '../api.ts';
import { type Facts, noticesOf } from '../attention.ts';
import { changeInfo } from './change-info.ts';
import type { Environment } from './environment.ts';
import type { BrakeOff, Followed } from './followed.ts';
import type { Listing } from './listing.ts';
import { keyOf, noRequests } from './request-log.ts';

const DAYS = 14;
const DAY = 86_400_000;
/** How long the overview waits for new data, in milliseconds, before it shows what it has. */
const LONGEST_WAIT = 500;

/** Makes the overview of an environment. A failure to read a tenant's rows is shown until a read succeeds. */
export function overviewOf(environment: Environment, listingFor: (service: string) => Listing) {
  const failures = new Map<Followed, string>();
  const { log, secrets, findings, now } = environment;

  async function refresh(one: Followed): Promise<void> {
    try {
      await one.refresh();
      failures.delete(one);
    } catch (error) {
      failures.set(one, error instanceof CommandError ? error.message : 'its rows could not be read');
    }
  }

  async function bringUpToDate(): Promise<void> {
    await environment.discover();
    void log?.refresh();
    void secrets?.touch();
    void findings.touch();
    const all = Promise.all(environment.followed().map(refresh));
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT).unref())]);
  }

  function factsOf(one: Followed): Facts {
    const { service, tenant } = one.data;
    const requests = log?.of(service.name, tenant) ?? noRequests;
    const token = tokenOf(one);
    const failure = failures.get(one);
    return {
      service: service.name,
      tenant,
      brake: brakeInfo(one.brake()),
      ...(token && { token }),
      ...(requests.last && { lastRequest: requests.last }),
      hasJob: requests.hasJob,
      refusals: requests.refusals,
      findings: findings.value()?.get(keyOf(service.name, tenant)) ?? 0,
      ...(failure !== undefined && { failure }),
    };
  }

  /** Undefined until the key vault has been read, and for a tenant with neither a token nor rows. */
  function tokenOf({ data: { service, tenant }, resources }: Followed): TokenInfo | undefined {
    const all = secrets?.value();
    if (!all) return undefined;
    const own = all.filter((secret) => secret.tenant === tenant);
    const tokens = tokenSummaries(own, service.name, now());
    return tokens.length === 0 && resources().size === 0 ? undefined : tokenInfo(tokens);
  }

  function rowOf(one: Followed, facts: Facts): OverviewRow {
    const { service, tenant } = one.data;
    const { isActive } = listingFor(service.name);
    const resources = [...one.resources().values()];
    const active = resources.filter(isActive).length;
    const last = lastChangeOf(one);
    return {
      service: service.name,
      tenant,
      isRead: one.isRead(),
      active,
      disabled: resources.length - active,
      ...(last !== undefined && { lastChange: new Date(last).toISOString() }),
      ...(facts.lastRequest && { lastRequest: facts.lastRequest.toISOString() }),
      days: daysOf(one, now()),
      brake: facts.brake,
      ...(facts.token && { token: facts.token }),
    };
  }

  return async function overview(): Promise<Overview> {
    await bringUpToDate();
    const all = environment.followed().map((one) => ({ one, facts: factsOf(one) }));
    return {
      at: now().toISOString(),
      rows: all.map(({ one, facts }) => rowOf(one, facts)),
      notices: noticesOf(
        all.map(({ facts }) => facts),
        now(),
      ),
      failures: failuresOf(environment),
      latest: latestOf(environment.followed(), listingFor),
      isAudited: findings.value() !== undefined,
    };
  };
}

/** The failures of the key vault, the log and the audit. The rest of the overview is shown all the same. */
function failuresOf({ log, secrets, findings }: Environment): readonly string[] {
  const logged = log?.failure();
  const failed = [secrets?.failure(), findings.failure()].filter((failure) => failure !== undefined);
  return [...(logged === undefined ? [] : [logged]), ...failed.map(sentenceOf)];
}

function sentenceOf(failure: unknown): string {
  const explained = explainReadFailure(failure);
  return explained instanceof Error ? explained.message : String(explained);
}

/** The number of changes that the overview shows. */
const LATEST = 12;

function latestOf(all: readonly Followed[], listingFor: (service: string) => Listing): readonly LatestChange[] {
  const last = all.flatMap((one) =>
    one
      .changes()
      .slice(-LATEST)
      .map((change) => ({ one, change })),
  );
  return last
    .toSorted((a, b) => b.change.at.getTime() - a.change.at.getTime())
    .slice(0, LATEST)
    .map(({ one: { data, resources }, change }) => {
      const stored = resources().get(change.id);
      const place = { service: data.service.name, tenant: data.tenant };
      return { ...changeInfo(change), ...place, ...(stored && { label: listingFor(place.service).labelOf(stored) }) };
    });
}

/** The time of the last change in the history. If the history is empty, the newest lastModified of the resources. */
function lastChangeOf({ changes, resources }: Followed): number | undefined {
  let last = 0;
  for (const { at } of changes()) last = Math.max(last, at.getTime());
  if (last === 0) for (const { lastModified } of resources().values()) last = Math.max(last, lastModified.getTime());
  return last === 0 ? undefined : last;
}

/** The number of changes on each of the last days (UTC), up to today. */
function daysOf({ changes }: Followed, now: Date): readonly number[] {
  const start = startOfDays(DAYS, now).getTime();
  const days = new Array<number>(DAYS).fill(0);
  for (const { at } of changes()) {
    const day = Math.floor((at.getTime() - start) / DAY);
    if (day >= 0 && day < DAYS) days[day] = (days[day] ?? 0) + 1;
  }
  return days;
}

function brakeInfo(state: BrakeState | BrakeOff): BrakeInfo {
  if (state.kind === 'engaged') return { kind: state.kind, since: state.since.toISOString() };
  if (state.kind === 'released') return { kind: state.kind, until: state.until.toISOString() };
  return { kind: state.kind };
}

/** The state of all tokens of a service: valid if any token is, until the last of them expires. */
function tokenInfo(tokens: readonly TokenSummary[]): TokenInfo {
  const valid = tokens.filter(({ state }) => state === 'valid');
  const [newest] = tokens;
  if (valid.length === 0) return { state: newest?.state ?? 'none' };
  if (valid.some(({ expires }) => expires === undefined)) return { state: 'valid' };
  const ends = Math.max(...valid.map(({ expires }) => expires?.getTime() ?? 0));
  return { state: 'valid', expires: new Date(ends).toISOString() };
}
