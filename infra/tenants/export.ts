import { type RowKind, rowKinds } from '../../shared/audit/row-reading.ts';
import type { Row } from '../../shared/store/resource-row.ts';
import type { Output } from '../commands/shared/output.ts';
import type { TenantSecret } from '../tokens/list.ts';
import type { Kept } from './kept.ts';
import { printableJson } from './printable.ts';
import { recordOf } from './record.ts';
import { rowJson } from './row-json.ts';
import { tokenSummary } from './token-summary.ts';

/** All that is kept of a tenant. */
export interface Exported {
  readonly tenant: string;
  /** One for each service. */
  readonly kepts: readonly Kept[];
  /** Undefined where no key vault is named. */
  readonly secrets: readonly TenantSecret[] | undefined;
  readonly now: Date;
}

/**
 * Writes all that is kept of a tenant as JSON lines: what it is, every row, what is known of every token (never its value), and at the end how many
 * lines there are of each kind, so that an export that broke off can be told. Rows are read a page at a time. Throws what explainKept explains.
 */
export async function exportTenant({ tenant, kepts, secrets, now }: Exported, output: Output): Promise<void> {
  const counts = new Map<string, number>();
  const write = (lines: readonly ExportLine[]) => {
    for (const { kind } of lines) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    output.write(lines.map((line) => `${printableJson(line)}\n`).join(''));
  };
  output.write(`${printableJson({ kind: 'export', tenant, at: now, areTokensKnown: secrets !== undefined })}\n`);
  for (const kept of kepts) await exportRows(kept, write);
  write((secrets ?? []).flatMap((secret) => tokenLines(secret, now)));
  output.write(`${printableJson({ kind: 'end', lines: Object.fromEntries(counts) })}\n`);
}

/** A row that is of no known kind is exported as it is. */
interface ExportLine {
  readonly kind: RowKind | 'token';
  readonly [member: string]: unknown;
}

async function exportRows(kept: Kept, write: (lines: readonly ExportLine[]) => void): Promise<void> {
  if (!(await kept.hasRows())) return;
  const kindOf = rowKinds(kept.service.resourceType);
  for await (const rows of kept.rows.pages(kept.tenant)) write(rows.map((row) => lineOf(kept, row, kindOf(row))));
}

/** A resource is there twice: in its SCIM form, which anybody can read in again, and as its columns. */
function lineOf(kept: Kept, row: Row, kind: RowKind): ExportLine {
  const line = { kind, service: kept.service.name, rowKey: String(row.rowKey), written: row.timestamp };
  if (kind !== 'resource') return { ...line, row: rowJson(row) };
  const { resource, unreadable, row: columns } = recordOf(kept, row);
  return { ...line, resource, row: columns, ...(unreadable.length > 0 && { unreadable }) };
}

const tokenLines = ({ scope, versions }: TenantSecret, now: Date): readonly ExportLine[] =>
  versions.map((version) => ({ kind: 'token', ...tokenSummary(scope, version, now) }));
