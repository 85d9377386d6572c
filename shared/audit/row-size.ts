import type { Row } from '../store/stored.ts';

/** What Table Storage takes of one row and Azurite does not enforce: learn.microsoft.com, "Understanding the Table service data model". */
const MOST_BYTES = 1024 * 1024;
const MOST_COLUMNS = 252;

/** Whether Table Storage would refuse the row with this size. `cells` are its columns besides keys, ETag and timestamp. */
export function isTooLarge(row: Row, cells: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(cells).length > MOST_COLUMNS || bytesOf(row, cells) > MOST_BYTES;
}

function bytesOf({ partitionKey = '', rowKey = '' }: Row, cells: Readonly<Record<string, unknown>>): number {
  const columns = Object.entries(cells).map(([name, value]) => 8 + 2 * name.length + bytesOfValue(value));
  return columns.reduce((sum, bytes) => sum + bytes, 4 + 2 * (partitionKey.length + rowKey.length));
}

function bytesOfValue(value: unknown): number {
  if (typeof value === 'string') return 4 + 2 * value.length;
  if (value instanceof Uint8Array) return 4 + value.length;
  return typeof value === 'boolean' ? 1 : 16; // the longest of the other types is a GUID
}
