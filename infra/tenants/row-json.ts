import { isSystemColumn } from '../../shared/store/columns.ts';
import type { Row } from '../../shared/store/resource-row.ts';

/** A row's own columns as JSON values: dates as ISO 8601, Int64 as text (a JSON number would lose digits), and binary as base64. */
export type RowJson = Readonly<Record<string, string | number | boolean>>;

/** Converts the columns of a row, including unknown ones, but without the system columns of Table Storage. */
export const rowJson = (row: Row): RowJson =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, cell]) => (isSystemColumn(name) ? [] : [[name, cellJson(cell)] as const])),
  );

function cellJson(cell: unknown): string | number | boolean {
  if (typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean') return cell;
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? 'Invalid Date' : cell.toISOString();
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('base64');
  if (typeof cell === 'object' && cell !== null && 'value' in cell) return String(cell.value); // Edm.Guid
  return String(cell);
}
