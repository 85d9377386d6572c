import { odata, type TableClient } from '@azure/data-tables';
import { FORMER_BRAKE_PREFIX } from '../brake/brake-log.ts';
import { type Calls, readPageOutsideRequest, startCalls, WriteRejected } from '../store/calls.ts';
import { changePrefix, keyAt } from '../store/change-row.ts';
import { deletions, pagesOf, type RowKeys, transactionGroups } from '../store/pages.ts';

/** The rows to remove from a tenant's partition. */
export interface Purge {
  readonly table: TableClient;
  readonly tenant: string;
  /** Changes that began before this time are removed. */
  readonly before: Date;
  /** Called before each transaction. If it returns false, the purge ends, and the next purge removes the rest. */
  readonly mayContinue: () => boolean;
}

/**
 * Removes a tenant's old change rows, the oldest first, and the rows that earlier versions wrote for the brake. Returns how many it removed. A purge
 * may be killed, or run twice at the same time: the next one removes the rest. Throws 503 when storage does not answer.
 */
export async function purge({ table, tenant, before, mayContinue }: Purge): Promise<number> {
  const ranges = [
    [FORMER_BRAKE_PREFIX, `${FORMER_BRAKE_PREFIX}~`],
    [changePrefix, keyAt(before)],
  ] as const;
  let removed = 0;
  for (const [from, to] of ranges) {
    const filter = odata`PartitionKey eq ${tenant} and RowKey ge ${from} and RowKey lt ${to}`;
    const pages = pagesOf(table, { filter, select: ['PartitionKey', 'RowKey'], readPage: readPageOutsideRequest });
    for await (const page of pages) {
      for (const group of transactionGroups(page)) {
        if (!mayContinue()) return removed;
        if (await removeGroup(table, group)) removed += group.length;
      }
    }
  }
  return removed;
}

/** Returns whether the rows were removed. If another process removed one of them, the transaction fails, and the next purge removes the others. */
async function removeGroup(table: TableClient, group: readonly RowKeys[]): Promise<boolean> {
  const calls = startCalls();
  try {
    await calls.write<unknown>(
      (abortSignal) => table.submitTransaction(deletions(group), { abortSignal }),
      async () => ((await exists(table, group[0], calls)) ? undefined : true),
    );
    return true;
  } catch (error) {
    if (error instanceof WriteRejected && error.failure.kind === 'missing') return false;
    throw error;
  }
}

async function exists(table: TableClient, key: RowKeys | undefined, calls: Calls): Promise<boolean> {
  if (!key) return false;
  const row = await calls.read((abortSignal) => table.getEntity(key.partitionKey, key.rowKey, { abortSignal }));
  return row !== undefined;
}
