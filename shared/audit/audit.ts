import { setTimeout } from 'node:timers/promises';
import type { TableClient } from '@azure/data-tables';
import { isTenantName } from '../auth/token.ts';
import type { ResourceType } from '../scim/schema.ts';
import type { Patience } from '../store/calls.ts';
import { columnsOf } from '../store/columns.ts';
import type { Row } from '../store/resource-row.ts';
import { OWN_PARTITION } from '../store/tenants.ts';
import { confirm } from './confirm.ts';
import { examiner } from './examine.ts';
import { type Finding, faultKey } from './finding.ts';
import { columnChecker } from './resource-check.ts';
import { claimsReader, type RowReading, rowKinds } from './row-reading.ts';
import { openRows, type Rows } from './rows.ts';
import { gatherSuspects, type Suspects } from './suspects.ts';

/** The options of an audit. */
export interface AuditOptions {
  /** Audit only this tenant's rows. The default is all tenants. */
  readonly tenant?: string;
  /** Repair what can be repaired safely. */
  readonly repair?: boolean;
  /** Also remove the columns that belong to no attribute. */
  readonly dropColumns?: boolean;
  /** Waits between two examinations of a suspect. The default is half a second. */
  readonly pause?: () => Promise<void>;
  /** The number of rows of a page, at most 1,000. */
  readonly pageRows?: number;
  readonly patience?: Patience;
}

/** How much an audit has read. */
export interface AuditTotals {
  readonly tenants: number;
  readonly resources: number;
  readonly rows: number;
}

/**
 * Reads a service's table and finds every broken invariant. Requests may change rows at the same time, so each suspected row is read again before it
 * is reported. Throws 503 when storage does not answer.
 */
export async function auditTable(
  table: TableClient,
  type: ResourceType,
  options: AuditOptions = {},
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of streamAudit(table, type, options)) findings.push(finding);
  return findings;
}

/** The same, but yields the findings of each partition as soon as they are confirmed, and returns how much was read. */
export async function* streamAudit(
  table: TableClient,
  type: ResourceType,
  {
    tenant,
    repair = false,
    dropColumns = false,
    pause = () => setTimeout(500),
    pageRows = 1000,
    patience,
  }: AuditOptions = {},
): AsyncGenerator<Finding, AuditTotals> {
  const rows = openRows(table, pageRows, patience);
  const reading = readingOf(type, dropColumns);
  const totals = { tenants: 0, resources: 0, rows: 0 };
  const settle = (scan: Scan) => settlePartition(scan, { rows, reading, repair: repair || dropColumns, pause });
  let scan: Scan | undefined;
  for await (const row of tenantRows(rows.pages(tenant))) {
    const partitionKey = String(row.partitionKey);
    if (scan?.partitionKey !== partitionKey) {
      if (scan) yield* settle(scan);
      scan = { partitionKey, suspects: gatherSuspects(reading) };
      totals.tenants += 1;
    }
    totals.rows += 1;
    if (reading.kindOf(row) === 'resource') totals.resources += 1;
    scan.suspects.add(row);
  }
  if (scan) yield* settle(scan);
  return totals;
}

/** The rows of all partitions but the service's own. */
async function* tenantRows(pages: AsyncIterable<readonly Row[]>): AsyncGenerator<Row> {
  for await (const page of pages) for (const row of page) if (row.partitionKey !== OWN_PARTITION) yield row;
}

function readingOf(type: ResourceType, dropColumns: boolean): RowReading {
  const columns = columnsOf(type);
  return {
    kindOf: rowKinds(type),
    claimsOf: claimsReader(type, columns),
    checkColumns: columnChecker(type, columns, dropColumns),
  };
}

/** A partition, and the rows in it that the scan suspects so far. */
interface Scan {
  readonly partitionKey: string;
  readonly suspects: Suspects;
}

interface SettleParts {
  readonly rows: Rows;
  readonly reading: RowReading;
  readonly repair: boolean;
  readonly pause: () => Promise<void>;
}

async function* settlePartition(
  { partitionKey: tenant, suspects }: Scan,
  { rows, reading, repair, pause }: SettleParts,
): AsyncGenerator<Finding> {
  if (!isTenantName(tenant)) {
    yield unknownPartition(tenant);
    return;
  }
  const { claimants } = suspects;
  const examine = examiner({ ...reading, tenant, claimants, read: (rowKey) => rows.read(tenant, rowKey) });
  const reported = new Set<string>();
  for await (const fault of confirm(suspects.finish(), { examine, pause, repair: repair ? rows.repair : undefined })) {
    if (!reported.has(faultKey(fault))) yield { ...fault, tenant };
    reported.add(faultKey(fault));
  }
}

const unknownPartition = (tenant: string): Finding => ({
  kind: 'unknown-partition',
  tenant,
  rowKey: '',
  detail: "This PartitionKey is not a tenant's name. The service does not write or read such rows.",
  repairable: false,
  repaired: false,
});
