import { odata } from '@azure/data-tables';
import { startCalls } from '../../shared/store/calls.ts';
import { type ChangeWord, keyAt, timeOf } from '../../shared/store/change-row.ts';
import { pagesOf } from '../../shared/store/pages.ts';
import { PATIENCE, type TenantData } from './tenant-data.ts';

/** The last change of a tenant. `change` and `id` are missing if the history no longer contains the change. */
export interface LastChange {
  readonly at: Date;
  readonly change?: ChangeWord;
  readonly id?: string;
}

/** A range of the history up to this length, in milliseconds, is read completely. */
const READ_WHOLE = 3_600_000;

/**
 * Finds the last change before a time; undefined if there is none. Table Storage returns rows only in ascending order, so this is a binary search by
 * time. In a history of years it takes about 20 calls, each of which reads one row.
 */
export async function lastChangeBefore(data: TenantData, until: Date): Promise<LastChange | undefined> {
  let from = await firstTime(data, new Date(0), until);
  if (from === undefined) return undefined;
  let end = until.getTime();
  while (end - from > READ_WHOLE) {
    const middle = Math.ceil((from + end) / 2);
    const later = await firstTime(data, new Date(middle), new Date(end));
    if (later === undefined) end = middle;
    else from = later;
  }
  let last: LastChange = { at: new Date(from) };
  for await (const { changes } of data.changes({ from: new Date(from), until: new Date(end) })) {
    const newest = changes.at(-1);
    if (newest) last = lastChange(newest);
  }
  return last;
}

/** A change of the history as a LastChange. */
export const lastChange = ({ at, change, id }: Required<LastChange>): LastChange => ({ at, change, id });

/** The time of the first change in a range, taken from its RowKey; undefined if there is none. */
async function firstTime({ table, tenant }: TenantData, from: Date, until: Date): Promise<number | undefined> {
  const filter = odata`PartitionKey eq ${tenant} and RowKey ge ${keyAt(from)} and RowKey lt ${keyAt(until)}`;
  const { readPage } = startCalls(PATIENCE);
  for await (const rows of pagesOf(table, { filter, size: 1, select: ['RowKey'], readPage })) {
    const time = timeOf(String(rows[0]?.rowKey));
    if (!Number.isNaN(time)) return time;
  }
  return undefined;
}
