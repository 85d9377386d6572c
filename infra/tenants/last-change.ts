import { odata } from '@azure/data-tables';
import { startCalls } from '../../shared/store/calls.ts';
import { type ChangeWord, keyAt, timeOf } from '../../shared/store/change-row.ts';
import { pagesOf } from '../../shared/store/pages.ts';
import { type Kept, PATIENCE } from './kept.ts';

/** The last change of a tenant. `change` and `id` are missing if the history no longer contains the change. */
export interface LastChange {
  readonly at: Date;
  readonly change?: ChangeWord;
  readonly id?: string;
}

/** Ranges of the history up to this length, in milliseconds, are read completely. */
const READ_THROUGH = 3_600_000;

/**
 * The last change in the history before a time; undefined if there is none. Table Storage returns rows in ascending order only, so this is a binary
 * search by time. For a history of years it makes about 20 calls, each of which reads one row.
 */
export async function lastChangeBefore(kept: Kept, until: Date): Promise<LastChange | undefined> {
  let from = await firstTime(kept, new Date(0), until);
  if (from === undefined) return undefined;
  let end = until.getTime();
  while (end - from > READ_THROUGH) {
    const middle = Math.ceil((from + end) / 2);
    const later = await firstTime(kept, new Date(middle), new Date(end));
    if (later === undefined) end = middle;
    else from = later;
  }
  let last: LastChange = { at: new Date(from) };
  for await (const { changes } of kept.changes({ from: new Date(from), until: new Date(end) })) {
    const newest = changes.at(-1);
    if (newest) last = lastChange(newest);
  }
  return last;
}

export const lastChange = ({ at, change, id }: Required<LastChange>): LastChange => ({ at, change, id });

/** The time of the first change in a range, taken from its RowKey; undefined if there is none. */
async function firstTime({ table, tenant }: Kept, from: Date, until: Date): Promise<number | undefined> {
  const filter = odata`PartitionKey eq ${tenant} and RowKey ge ${keyAt(from)} and RowKey lt ${keyAt(until)}`;
  const { readPage } = startCalls(PATIENCE);
  for await (const rows of pagesOf(table, { filter, size: 1, select: ['RowKey'], readPage })) {
    const time = timeOf(String(rows[0]?.rowKey));
    if (!Number.isNaN(time)) return time;
  }
  return undefined;
}
