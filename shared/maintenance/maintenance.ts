import type { TableClient } from '@azure/data-tables';
import { auditTable } from '../audit/audit.ts';
import type { Finding } from '../audit/finding.ts';
import { type BrakeSettings, windowOf } from '../brake/brake-settings.ts';
import { describeError } from '../http/record.ts';
import type { Service } from '../services/service.ts';
import { readPageOutsideRequest } from '../store/calls.ts';
import { overlap } from '../store/change-row.ts';
import { tenantsOf } from '../store/tenants.ts';
import { acquireLease } from './lease.ts';
import { purge } from './purge.ts';

const DAY = 86_400_000;

/** The time for one run, in milliseconds. The host ends a function after 30 minutes. */
const RUN_LIMIT = 10 * 60_000;

/** The most rows that the record of a tenant's audit names. */
const MAX_ROWS_NAMED = 10;

export interface Maintenance {
  readonly service: Service;
  readonly table: TableClient;
  /** How long change rows are kept, in milliseconds (retentionOf). */
  readonly keep: number;
  readonly now: () => Date;
  /** Writes one log record, given as JSON text. */
  readonly log: (record: string) => void;
  readonly runLimit?: number;
}

/** How long change rows are kept, in milliseconds: the days of the setting, but at least as long as the brake needs them, plus the overlap. */
export const retentionOf = (historyDays: number, brake: BrakeSettings | undefined): number =>
  Math.max(historyDays * DAY, brake ? windowOf(brake) : 0) + overlap;

/**
 * Maintains a service's table: for each tenant, removes the change rows that are too old and audits the remaining rows. Logs one record of the run,
 * and one for each tenant with findings. Only one instance runs at a time, and the next run continues where this one stopped. A tenant that fails
 * does not stop the run. Never throws; the record contains the first error.
 */
export async function maintain(parts: Maintenance): Promise<void> {
  const started = performance.now();
  const totals: Totals = { tenants: 0, failed: 0, removed: 0, findings: 0 };
  const ended = await maintainWithLease(parts, totals).catch((error: unknown) => ({
    outcome: 'failed' as const,
    error: describeError(error),
  }));
  const durationMs = Math.round(performance.now() - started);
  parts.log(JSON.stringify({ record: 'maintenance', service: parts.service.name, ...ended, ...totals, durationMs }));
}

/** `finished`: all tenants; `unfinished`: the time ran out or the lease was lost; `busy`: another instance has the lease; `failed`: see `error`. */
interface Ended {
  readonly outcome: 'finished' | 'unfinished' | 'busy' | 'failed';
  readonly error?: unknown;
}

interface Totals {
  tenants: number;
  /** Tenants whose maintenance failed. */
  failed: number;
  removed: number;
  findings: number;
}

async function maintainWithLease(parts: Maintenance, totals: Totals): Promise<Ended> {
  const lease = await acquireLease(parts.table, parts.now);
  if (!lease) return { outcome: 'busy' };
  const deadline = performance.now() + (parts.runLimit ?? RUN_LIMIT);
  const mayContinue = () => performance.now() < deadline && !lease.lost.aborted;
  let resumeAt = lease.resumeAt;
  let failure: unknown;
  try {
    for await (const tenant of tenantsFrom(parts.table, lease.resumeAt)) {
      resumeAt = tenant;
      if (!mayContinue()) return { outcome: 'unfinished' };
      await maintainTenant(tenant, { ...parts, mayContinue, totals }).catch((error: unknown) => {
        failure ??= error;
        totals.failed += 1;
      });
    }
    if (!mayContinue()) return { outcome: 'unfinished' };
    resumeAt = undefined;
    return totals.failed > 0 ? { outcome: 'failed', error: describeError(failure) } : { outcome: 'finished' };
  } finally {
    await lease.release(resumeAt);
  }
}

/** All tenants, beginning with the tenant `first` and ending with the one before it. */
async function* tenantsFrom(table: TableClient, first = ''): AsyncGenerator<string> {
  yield* tenantsOf(table, readPageOutsideRequest, first);
  if (first === '') return;
  for await (const tenant of tenantsOf(table, readPageOutsideRequest)) {
    if (tenant >= first) return;
    yield tenant;
  }
}

interface Run extends Maintenance {
  readonly mayContinue: () => boolean;
  readonly totals: Totals;
}

async function maintainTenant(
  tenant: string,
  { table, service, keep, now, log, mayContinue, totals }: Run,
): Promise<void> {
  const before = new Date(now().getTime() - keep);
  totals.removed += await purge({ table, tenant, before, mayContinue });
  if (!mayContinue()) return;
  const findings = await auditTable(table, service.resourceType, { tenant });
  totals.tenants += 1;
  totals.findings += findings.length;
  if (findings.length > 0) log(auditRecord(service, tenant, findings));
}

/** The record of an audit with findings: their kinds and RowKeys, but no values of attributes. */
function auditRecord({ name }: Service, tenant: string, findings: readonly Finding[]): string {
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  const rows = [...new Set(findings.map(({ rowKey }) => rowKey))].slice(0, MAX_ROWS_NAMED);
  return JSON.stringify({ record: 'audit', service: name, tenant, findings: findings.length, kinds, rows });
}
