import { odata, type TableClient } from '@azure/data-tables';

export interface Change {
  readonly key: string;
  readonly change: string;
  readonly id: string;
}

/** A change can appear this much later than its time says, in milliseconds. */
const OVERLAP = 15_500;

/** Follows a tenant's changes. Each call of the returned function returns those that are new since the last one, in the order of their time. */
export function followChanges(table: TableClient, tenant: string, since: Date): () => Promise<readonly Change[]> {
  const known = new Map<string, number>();
  let last = since.getTime();
  return async () => {
    const from = `~change.${new Date(last - OVERLAP).toISOString().replace(/[-:.]/g, '')}`;
    const filter = odata`PartitionKey eq ${tenant} and RowKey ge ${from} and RowKey lt '~change.~'`;
    const changes: Change[] = [];
    for await (const row of table.listEntities<{ change: string; id: string; at: Date }>({
      queryOptions: { filter },
    })) {
      const key = String(row.rowKey);
      if (!known.has(key)) changes.push({ key, change: row.change, id: row.id });
      known.set(key, row.at.getTime());
      last = Math.max(last, row.at.getTime());
    }
    for (const [key, at] of known) if (at < last - OVERLAP) known.delete(key);
    return changes;
  };
}
