import { odata, type TableClient } from '@azure/data-tables';

export interface Change {
  readonly key: string;
  readonly change: string;
  readonly id: string;
  readonly at: Date;
}

/** How much later than its time a change row can appear, in milliseconds. */
const OVERLAP = 15_500;

/** Follows a tenant's changes. Each poll returns those that are new since the last one, and where to begin after a restart. */
export function followChanges(table: TableClient, tenant: string, since: Date) {
  let [from, newest] = [since, since];
  let known: ReadonlySet<string> = new Set();
  return async (): Promise<{ readonly changes: readonly Change[]; readonly since: Date }> => {
    const start = new Date(from.getTime() - OVERLAP).toISOString().replace(/[-:.]/g, '');
    const filter = odata`PartitionKey eq ${tenant} and RowKey ge ${`~change.${start}`} and RowKey lt '~change.~'`;
    const found: Change[] = [];
    for await (const { rowKey = '', change, id, at } of table.listEntities<Change>({ queryOptions: { filter } }))
      found.push({ key: rowKey, change, id, at });
    const changes = found.filter(({ key }) => !known.has(key));
    known = new Set(found.map(({ key }) => key));
    from = newest; // not the newest of this poll: while it read later pages, a change may have appeared on an earlier one
    newest = found.at(-1)?.at ?? newest;
    return { changes, since: from };
  };
}
