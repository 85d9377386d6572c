import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import { BRAKE_ROWS_BEFORE } from '../brake/brake-log.ts';
import { type Calls, startCalls, WriteRejected } from '../store/calls.ts';
import { changePrefix, keyAt } from '../store/change-row.ts';
import { pagesOf, type RowPage } from '../store/pages.ts';

/** The most actions of an entity group transaction. */
const MOST_ACTIONS = 100;

/** What of a tenant is to go. */
export interface Purge {
  readonly table: TableClient;
  readonly tenant: string;
  /** Changes that began earlier are removed. */
  readonly before: Date;
  /** Asked before each transaction; false ends the purge, and the next one goes on from there. */
  readonly goOn: () => boolean;
}

/**
 * Removes a tenant's change rows of before a moment, oldest first, a hundred in a transaction; and what earlier versions kept for the brake.
 * Returns how many it removed. It may be ended, killed or run twice at any point: what is gone is gone, and the rest is found by the next one.
 * Throws 503 when storage does not answer.
 */
export async function purge({ table, tenant, before, goOn }: Purge): Promise<number> {
  const ranges = [
    [BRAKE_ROWS_BEFORE, `${BRAKE_ROWS_BEFORE}~`],
    [changePrefix, keyAt(before)],
  ] as const;
  let removed = 0;
  for (const [from, to] of ranges) {
    const filter = odata`PartitionKey eq ${tenant} and RowKey ge ${from} and RowKey lt ${to}`;
    const pages = pagesOf(table, { filter, select: ['PartitionKey', 'RowKey'], readPage: eachInItsTime });
    for await (const page of pages) {
      for (const group of groupsOf(page)) {
        if (!goOn()) return removed;
        if (await removeGroup(table, group)) removed += group.length;
      }
    }
  }
  return removed;
}

/** No request waits for a purge: each call has a request's time for itself. */
const eachInItsTime: Calls['readPage'] = (call) => startCalls().readPage(call);

interface Key {
  readonly partitionKey: string;
  readonly rowKey: string;
}

function* groupsOf(page: RowPage): Generator<readonly Key[]> {
  const keys = page.map(({ partitionKey, rowKey }) => ({ partitionKey: String(partitionKey), rowKey: String(rowKey) }));
  for (let at = 0; at < keys.length; at += MOST_ACTIONS) yield keys.slice(at, at + MOST_ACTIONS);
}

/** Whether the rows went. A group of which another process has removed a row fails as a whole, and is left to the next purge. */
async function removeGroup(table: TableClient, group: readonly Key[]): Promise<boolean> {
  const calls = startCalls();
  const actions = group.map((key): TransactionAction => ['delete', { ...key }]);
  try {
    await calls.write<unknown>(
      (abortSignal) => table.submitTransaction(actions, { abortSignal }),
      async () => ((await isThere(table, group[0], calls)) ? undefined : true),
    );
    return true;
  } catch (error) {
    if (error instanceof WriteRejected && error.failure.kind === 'missing') return false;
    throw error;
  }
}

async function isThere(table: TableClient, key: Key | undefined, calls: Calls): Promise<boolean> {
  if (!key) return false;
  const row = await calls.read((abortSignal) => table.getEntity(key.partitionKey, key.rowKey, { abortSignal }));
  return row !== undefined;
}
