// @ts-nocheck
import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import { failureOf, type Patience, patience, startCalls } from '../store/calls.ts';
import { pagesOf } from '../store/pages.ts';
import type { Row } from '../store/resource-row.ts';

/** The rows of a table as they stand, whatever is in them. */
export interface Rows {
  /** Throws 503 when storage does not answer. */
  readonly read: (partitionKey: string, rowKey: string) => Promise<Row | undefined>;
  /** All rows, or a tenant's, in the order of their keys, a page at a time. Throws 503 when storage does not answer. */
  readonly pages: (tenant: string | undefined) => AsyncIterable<readonly Row[]>;
  /** One that is rejected, or whose outcome is unknown, is left to the next look. */
  readonly mend: (mend: Mend) => Promise<void>;
}

/** A conditional write: an entity group transaction, or (the SDK's transactions know no conditional delete) one row that goes. */
export type Mend =
  | { readonly kind: 'write'; readonly actions: readonly TransactionAction[] }
  | { readonly kind: 'remove'; readonly partitionKey: string; readonly rowKey: string; readonly etag: string };

/** Opens a table for an audit. `pageRows` is at most 1,000, the most that Table Storage returns at once. */
export function openRows(table: TableClient, pageRows: number, wait: Patience = patience): Rows {
  const calls = () => startCalls(wait); // each call has its own time: an audit takes longer than a request

  const read = (partitionKey: string, rowKey: string): Promise<Row | undefined> =>
    calls().read((abortSignal) => table.getEntity<Record<string, unknown>>(partitionKey, rowKey, { abortSignal }));

  const pages = (tenant: string | undefined): AsyncIterable<readonly Row[]> =>
    pagesOf(table, {
      ...(tenant !== undefined && { filter: odata`PartitionKey eq ${tenant}` }),
      size: pageRows,
      readPage: (call) => calls().readPage(call),
    });

  async function mend(change: Mend): Promise<void> {
    const abortSignal = AbortSignal.timeout(wait.attempt);
    try {
      if (change.kind === 'write') await table.submitTransaction([...change.actions], { abortSignal });
      else await table.deleteEntity(change.partitionKey, change.rowKey, { etag: change.etag, abortSignal });
    } catch (error) {
      if (failureOf(error).kind === 'fault') throw error;
    }
  }

  return { read, pages, mend };
}
