import type { TableClient, TableEntityResultPage, TransactionAction } from '@azure/data-tables';
import type { Calls } from './calls.ts';

/** The most rows that Table Storage returns in one response. */
export const MAX_ROWS = 1000;

/** Rows in the order of their keys. If there are more, it has a continuationToken, even with few rows or none. */
export type RowPage = TableEntityResultPage<Record<string, unknown>>;

/** A range of rows. */
export interface RangeQuery {
  /** An OData filter. Without it, the range is the whole table. */
  readonly filter?: string;
  /** The most rows of a page. */
  readonly size?: number;
  readonly select?: readonly string[];
  readonly readPage: Calls['readPage'];
}

/** The pages of a range query, one storage call each. Throws 503 when storage does not answer. */
export async function* pagesOf(
  table: TableClient,
  { filter, size = MAX_ROWS, select, readPage }: RangeQuery,
): AsyncGenerator<RowPage> {
  const queryOptions = { ...(filter !== undefined && { filter }), ...(select && { select: [...select] }) };
  let continuationToken: string | undefined;
  do {
    const from = continuationToken === undefined ? {} : { continuationToken };
    const rows: RowPage | undefined = await readPage(async (abortSignal) => {
      const found = table.listEntities<Record<string, unknown>>({ abortSignal, queryOptions });
      return (await found.byPage({ maxPageSize: Math.min(size, MAX_ROWS), ...from }).next()).value;
    });
    continuationToken = rows?.continuationToken;
    if (rows) yield rows;
  } while (continuationToken !== undefined);
}

/** The most actions of an entity group transaction. */
const MAX_ACTIONS = 100;

/** A row's keys. */
export interface RowKeys {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** The keys of a page's rows, in groups that each fit into one entity group transaction. The rows must be in one partition. */
export function* transactionGroups(page: readonly Readonly<Record<string, unknown>>[]): Generator<readonly RowKeys[]> {
  const keys = page.map((row) => ({ partitionKey: String(row['partitionKey']), rowKey: String(row['rowKey']) }));
  for (let at = 0; at < keys.length; at += MAX_ACTIONS) yield keys.slice(at, at + MAX_ACTIONS);
}

/** The actions of an entity group transaction that deletes these rows. */
export const deletions = (group: readonly RowKeys[]): TransactionAction[] =>
  group.map((keys): TransactionAction => ['delete', { ...keys }]);
