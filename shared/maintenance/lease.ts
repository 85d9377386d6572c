import { randomUUID } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import { ignoreRejection, startCalls, WriteRejected } from '../store/calls.ts';
import type { Row } from '../store/resource-row.ts';
import { OWN_PARTITION } from '../store/tenants.ts';

/** How long a lease is valid without a renewal, in milliseconds. */
export const LEASE = 60_000;
/** The time between two renewals. Two may fail before another instance can acquire the lease. */
const RENEWAL = LEASE / 3;

/** The row of the lease in a service's table. */
export const leaseKey = { partitionKey: OWN_PARTITION, rowKey: 'lease' } as const;

/** The right of one instance to maintain a table. It is renewed in the background until it is released. */
export interface Lease {
  /** The tenant at which the previous run stopped; undefined if that run was complete. */
  readonly resumeAt: string | undefined;
  /** Aborted when another instance has the lease, or when it could not be renewed in time. */
  readonly lost: AbortSignal;
  /** Releases the lease, and records the tenant at which the next run begins. */
  readonly release: (resumeAt: string | undefined) => Promise<void>;
}

/**
 * Acquires the lease of a table; undefined while another instance has it. The row is written only if its ETag is unchanged, so two instances cannot
 * both acquire it. Throws 503 when storage does not answer.
 */
export async function acquireLease(table: TableClient, now: () => Date): Promise<Lease | undefined> {
  const found = await readLease(table);
  if (found && isValid(found, now())) return undefined;
  const resumeAt = typeof found?.['resumeAt'] === 'string' ? found['resumeAt'] : undefined;
  const columns = { owner: randomUUID(), until: endFrom(now()), resumeAt };
  const etag = await write(table, columns, found?.etag).catch(ignoreRejection);
  return etag === undefined ? undefined : keepRenewed({ table, now, columns, etag });
}

/** The row of a lease, as it was written. */
interface Written {
  readonly table: TableClient;
  readonly now: () => Date;
  readonly columns: LeaseColumns;
  readonly etag: string;
}

/** Renews a lease in the background until it is released. */
function keepRenewed({ table, now, columns, etag }: Written): Lease {
  const loss = new AbortController();
  let { until } = columns;
  let latest = Promise.resolve(etag);

  async function renew(before: string): Promise<string> {
    const next = endFrom(now());
    try {
      const after = await write(table, { ...columns, until: next }, before);
      until = next;
      return after;
    } catch (error) {
      if (error instanceof WriteRejected || now() >= until) loss.abort(error);
      return before;
    }
  }

  const timer = setInterval(() => {
    latest = latest.then(renew);
  }, RENEWAL);

  async function release(resumeAt: string | undefined): Promise<void> {
    clearInterval(timer);
    const last = await latest;
    if (!loss.signal.aborted) await write(table, { ...columns, until: now(), resumeAt }, last).catch(ignoreRejection);
  }

  return { resumeAt: columns.resumeAt, lost: loss.signal, release };
}

const endFrom = (now: Date): Date => new Date(now.getTime() + LEASE);

const isValid = ({ until }: Row, now: Date): boolean => until instanceof Date && until > now;

const readLease = (table: TableClient): Promise<Row | undefined> =>
  startCalls().read((abortSignal) =>
    table.getEntity<Record<string, unknown>>(leaseKey.partitionKey, leaseKey.rowKey, { abortSignal }),
  );

interface LeaseColumns {
  readonly owner: string;
  readonly until: Date;
  readonly resumeAt: string | undefined;
}

/** Replaces the row if it has this ETag, or inserts it. Returns the new ETag. Throws WriteRejected if another instance was faster. */
async function write(table: TableClient, columns: LeaseColumns, etag: string | undefined): Promise<string> {
  const row = { ...leaseKey, ...columns };
  const written = await startCalls().write<{ etag?: string | undefined }>(
    (abortSignal) =>
      etag === undefined
        ? table.createEntity(row, { abortSignal })
        : table.updateEntity(row, 'Replace', { etag, abortSignal }),
    async () => {
      const stored = await readLease(table);
      return stored?.['owner'] === columns.owner ? stored : undefined;
    },
  );
  if (written.etag === undefined) throw new Error('Table Storage answered a write without an ETag.');
  return written.etag;
}
