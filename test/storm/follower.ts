import type { TableClient } from '@azure/data-tables';
import { followChanges } from '../docs/follow-changes.ts';
import { readResource, readResources } from '../docs/read-tables.ts';
import { changesOf } from '../store/rows.ts';

/** A reader of one tenant's history that uses only the code in docs/tables.md. */
export interface Follower {
  /** Reads the new changes, and each resource that they changed. */
  readonly poll: () => Promise<void>;
  /** Compares its resources with the whole table, and the changes that it saw with the whole history. */
  readonly compare: () => Promise<{
    readonly isSame: boolean;
    readonly missed: readonly string[];
    readonly twice: readonly string[];
  }>;
}

export function newFollower(table: TableClient, tenant: string): Follower {
  const next = followChanges(table, tenant, new Date());
  const picture = new Map<string, unknown>();
  const seen: string[] = [];

  async function poll(): Promise<void> {
    const { changes } = await next();
    for (const { key, id } of changes) {
      seen.push(key);
      const row = await readResource(table, tenant, id);
      if (row) picture.set(id, row['etag']);
      else picture.delete(id);
    }
  }

  async function compare() {
    const whole = new Map([...(await readResources(table, tenant))].map(([id, row]) => [id, row['etag']]));
    const isSame = whole.size === picture.size && [...whole].every(([id, etag]) => picture.get(id) === etag);
    const all = (await changesOf('advisors', tenant)).map(({ rowKey }) => rowKey);
    const missed = all.filter((key) => !seen.includes(key));
    const twice = seen.filter((key, at) => seen.indexOf(key) !== at || !all.includes(key));
    return { isSame, missed, twice };
  }

  return { poll, compare };
}
