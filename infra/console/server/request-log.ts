import { isRecord, parseJson } from '../../commands/shared/json.ts';
import type { Refusals } from '../attention.ts';

/** The requests of a tenant's service, according to the log. */
export interface Requests {
  readonly last?: Date;
  /** Whether requests arrive so regularly that a provisioning job must be running. */
  readonly hasJob: boolean;
  /** The refusals of the last 24 hours. */
  readonly refusals: readonly Refusals[];
}

/** A source of requests: the live log, or Log Analytics. */
export interface RequestLog {
  readonly of: (service: string, tenant: string) => Requests;
  /** Updates the log if it is too old. Never rejects. */
  readonly refresh: () => Promise<void>;
  /** Why the log could not be read, as a sentence. */
  readonly failure: () => string | undefined;
}

/** A tenant's service without requests. */
export const noRequests: Requests = { hasJob: false, refusals: [] };

/** Identifies a tenant's service. */
export const keyOf = (service: string, tenant: string): string => `${service}/${tenant}`;

/** The log of a service that runs in this process. It receives each line that the service writes. */
export interface LiveLog extends RequestLog {
  readonly take: (line: string) => void;
}

const DAY = 86_400_000;

interface Tally {
  last: Date;
  readonly refusals: Map<string, { count: number; since: Date }>;
}

/** Starts a log. `hasJob` is always false: no provisioning job calls a local service, so silence is not a problem. */
export function liveLog(now: () => Date): LiveLog {
  const tallies = new Map<string, Tally>();

  function take(line: string): void {
    const record = parseJson(line);
    if (!isRecord(record) || record['record'] !== 'request') return;
    const { service, tenant, outcome, refusedBy, count = 1 } = record;
    if (typeof service !== 'string' || typeof tenant !== 'string') return;
    const one = tallies.get(keyOf(service, tenant)) ?? { last: now(), refusals: new Map() };
    one.last = now();
    if (outcome === 'refused' && typeof refusedBy === 'string' && !ORDINARY.includes(refusedBy)) {
      const before = one.refusals.get(refusedBy);
      const isOld = before === undefined || now().getTime() - before.since.getTime() > DAY;
      one.refusals.set(
        refusedBy,
        isOld ? { count: Number(count), since: now() } : { ...before, count: before.count + Number(count) },
      );
    }
    tallies.set(keyOf(service, tenant), one);
  }

  function of(service: string, tenant: string): Requests {
    const one = tallies.get(keyOf(service, tenant));
    if (!one) return noRequests;
    const refusals = [...one.refusals]
      .filter(([, { since }]) => now().getTime() - since.getTime() <= DAY)
      .map(([refusedBy, { count }]) => ({ refusedBy, count }));
    return { last: one.last, hasJob: false, refusals };
  }

  return { take, of, refresh: async () => undefined, failure: () => undefined };
}

/** Entra also looks up deleted resources and creates existing ones again. These refusals are normal. */
export const ORDINARY: readonly string[] = ['notFound', 'uniqueness', 'precondition'];
