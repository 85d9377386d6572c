import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import { BRAKE_ROWS_BEFORE } from '../brake/brake-log.ts';
import { type Calls, startCalls, WriteRejected } from '../store/calls.ts';
import { changePrefix, keyAt } from '../store/change-row.ts';
import { pagesOf, type RowPage } from '../store/pages.ts';

/** The most actions of an entity group transaction. */
const MOST_ACTIONS = 100;

/** What to remove from a tenant's partition. */
export interface Purge {
  readonly table: TableClient;
  readonly tenant: string;
  /** Changes that began before this time are removed. */
  readonly before: Date;
  /** Called before each transaction. If it returns false, the purge ends, and the next purge removes the rest. */
  readonly goOn: () => boolean;
}

/**
 * Removes a tenant's old change rows, the oldest first, a hundred in each transaction, and also the rows that earlier versions wrote for the brake.
 * Returns how many rows it removed. It may be ended or killed at any point, and may run twice at the same time: the next purge finds the rows that
 * are left. Throws 503 when storage does not answer.
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

/** No request waits for a purge, so each call has the time of a whole request. */
const eachInItsTime: Calls['readPage'] = (call) => startCalls().readPage(call);

interface Key {
  readonly partitionKey: string;
  readonly rowKey: string;
}

function* groupsOf(page: RowPage): Generator<readonly Key[]> {
  const keys = page.map(({ partitionKey, rowKey }) => ({ partitionKey: String(partitionKey), rowKey: String(rowKey) }));
  for (let at = 0; at < keys.length; at += MOST_ACTIONS) yield keys.slice(at, at + MOST_ACTIONS);
}

/** Returns whether the rows were removed. If another process has removed one of them, the transaction fails, and the next purge removes the others. */
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
