import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import { failureOf, type Patience, patience, startCalls } from '../store/calls.ts';
import { pagesOf } from '../store/pages.ts';
import type { Row } from '../store/resource-row.ts';

/** The rows of a table as they are stored, whatever they contain. */
export interface Rows {
  /** Throws 503 when storage does not answer. */
  readonly read: (partitionKey: string, rowKey: string) => Promise<Row | undefined>;
  /** All rows, or the rows of one tenant, page by page in the order of their keys. Throws 503 when storage does not answer. */
  readonly pages: (tenant: string | undefined) => AsyncIterable<readonly Row[]>;
  /** Carries out a repair. If it is rejected or its outcome is unknown, the next examination shows which faults remain. */
  readonly repair: (repair: Repair) => Promise<void>;
}

/** A conditional write: an entity group transaction, or the deletion of one row (transactions of the SDK do not support conditional deletes). */
export type Repair =
  | { readonly kind: 'write'; readonly actions: readonly TransactionAction[] }
  | { readonly kind: 'remove'; readonly partitionKey: string; readonly rowKey: string; readonly etag: string };

/** Opens a table for an audit. `pageRows` is at most 1,000, the most that Table Storage returns at once. */
export function openRows(table: TableClient, pageRows: number, wait: Patience = patience): Rows {
  const calls = () => startCalls(wait); // each call has its own time limit, because an audit takes longer than a request

  const read = (partitionKey: string, rowKey: string): Promise<Row | undefined> =>
    calls().read((abortSignal) => table.getEntity<Record<string, unknown>>(partitionKey, rowKey, { abortSignal }));

  const pages = (tenant: string | undefined): AsyncIterable<readonly Row[]> =>
    pagesOf(table, {
      ...(tenant !== undefined && { filter: odata`PartitionKey eq ${tenant}` }),
      size: pageRows,
      readPage: (call) => calls().readPage(call),
    });

  async function repair(action: Repair): Promise<void> {
    const abortSignal = AbortSignal.timeout(wait.attempt);
    try {
      if (action.kind === 'write') await table.submitTransaction([...action.actions], { abortSignal });
      else await table.deleteEntity(action.partitionKey, action.rowKey, { etag: action.etag, abortSignal });
    } catch (error) {
      if (failureOf(error).kind === 'fault') throw error;
    }
  }

  return { read, pages, repair };
}
