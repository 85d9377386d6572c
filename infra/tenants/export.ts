import { type RowKind, rowKinds } from '../../shared/audit/row-reading.ts';
import type { Row } from '../../shared/store/resource-row.ts';
import type { Output } from '../commands/shared/output.ts';
import type { TenantSecret } from '../tokens/list.ts';
import { printableJson } from './printable.ts';
import { recordOf } from './record.ts';
import { rowJson } from './row-json.ts';
import type { TenantData } from './tenant-data.ts';
import { tokenSummary } from './token-summary.ts';

/** What an export of a tenant contains. */
export interface Exported {
  readonly tenant: string;
  /** The stored data, one entry for each service. */
  readonly perService: readonly TenantData[];
  /** Undefined if no key vault is named. */
  readonly secrets: readonly TenantSecret[] | undefined;
  readonly now: Date;
}

/**
 * Writes everything that is stored for a tenant as JSON lines: a line about the export, every row, every token without its value, and the number of lines of each
 * kind. An export without the last line is incomplete. Rows are read page by page. Throws errors that explainReadFailure explains.
 */
export async function exportTenant({ tenant, perService, secrets, now }: Exported, output: Output): Promise<void> {
  const counts = new Map<string, number>();
  const write = (lines: readonly ExportLine[]) => {
    for (const { kind } of lines) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    output.write(lines.map((line) => `${printableJson(line)}\n`).join(''));
  };
  output.write(`${printableJson({ kind: 'export', tenant, at: now, areTokensKnown: secrets !== undefined })}\n`);
  for (const data of perService) await exportRows(data, write);
  write((secrets ?? []).flatMap((secret) => tokenLines(secret, now)));
  output.write(`${printableJson({ kind: 'end', lines: Object.fromEntries(counts) })}\n`);
}

/** One line of the export. A row of an unknown kind is exported unchanged. */
interface ExportLine {
  readonly kind: RowKind | 'token';
  readonly [member: string]: unknown;
}

async function exportRows(data: TenantData, write: (lines: readonly ExportLine[]) => void): Promise<void> {
  if (!(await data.hasRows())) return;
  const kindOf = rowKinds(data.service.resourceType);
  for await (const rows of data.rows.pages(data.tenant)) write(rows.map((row) => lineOf(data, row, kindOf(row))));
}

/** A resource is exported both in its SCIM form, which other programs can import, and as the columns of its row. */
function lineOf(data: TenantData, row: Row, kind: RowKind): ExportLine {
  const line = { kind, service: data.service.name, rowKey: String(row.rowKey), written: row.timestamp };
  if (kind !== 'resource') return { ...line, row: rowJson(row) };
  const { resource, unreadable, row: columns } = recordOf(data, row);
  return { ...line, resource, row: columns, ...(unreadable.length > 0 && { unreadable }) };
}

const tokenLines = ({ scope, versions }: TenantSecret, now: Date): readonly ExportLine[] =>
  versions.map((version) => ({ kind: 'token', ...tokenSummary(scope, version, now) }));
