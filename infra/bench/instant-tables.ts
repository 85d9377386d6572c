/**
 * Replaces @azure/data-tables in the benchmark's second bundle with instant tables in memory, so that a request costs only what the host
 * and the service need. It has only the methods that single-user requests call.
 */

/** The part of the SDK's error that the service uses. */
export class RestError extends Error {
  override readonly name = 'RestError';
  readonly statusCode: number;

  constructor(message: string, statusCode: number) {
    super(message);
    this.statusCode = statusCode;
  }
}

interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly etag?: string;
}

type Action = readonly ['create' | 'update' | 'upsert' | 'delete', Row, ...unknown[]];

/** Created once, because creating an error costs more than looking up a row, and that cost belongs to the SDK. */
const missing = new RestError('There is no such row.', 404);

const keyOf = (partitionKey: string, rowKey: string): string => `${partitionKey}/${rowKey}`;

function openTable() {
  const rows = new Map<string, Row>();
  let written = 0;

  /** Stores the row in the form in which the SDK would return it. */
  function put(row: Row): { readonly etag: string } {
    written += 1;
    const etag = `W/"datetime'2026-01-01T00%3A00%3A00.${written}Z'"`;
    rows.set(keyOf(row.partitionKey, row.rowKey), { ...row, etag });
    return { etag };
  }

  function carryOut([kind, row]: Action): { readonly etag?: string } {
    if (kind !== 'delete') return put(row);
    rows.delete(keyOf(row.partitionKey, row.rowKey));
    return {};
  }

  const isTaken = ([kind, row]: Action): boolean => kind === 'create' && rows.has(keyOf(row.partitionKey, row.rowKey));

  return {
    pipeline: { removePolicy() {} },
    async createTable() {},
    async getEntity(partitionKey: string, rowKey: string): Promise<object> {
      const row = rows.get(keyOf(partitionKey, rowKey));
      if (row) return { ...row, timestamp: '2026-01-01T00:00:00Z' };
      throw missing;
    },
    async upsertEntity(row: Row) {
      return put(row);
    },
    async submitTransaction(actions: readonly Action[]) {
      const index = actions.findIndex(isTaken);
      if (index >= 0) throw new RestError(`${index}:The row exists.`, 409);
      return { subResponses: actions.map(carryOut) };
    },
  };
}

export const TableClient = { fromConnectionString: openTable };

/** Only lists use filters, and lists are measured with Azurite. */
export const odata = (): string => '';
