import type { Row } from '../store/resource-row.ts';
import { checkChangeRow } from './resource-check.ts';
import type { RowReading } from './row-reading.ts';

/** What the scan of one partition gathers. Requests may change rows during the scan, so it is not a snapshot and only raises suspicions. */
export interface Suspects {
  /** Takes the next row of the partition, in the order of the RowKeys. The resources come before the index rows. */
  readonly add: (row: Row) => void;
  /** After the last row of the partition: the RowKeys of the rows to look at again. */
  readonly finish: () => ReadonlySet<string>;
  /** The RowKeys of the resources that claimed a key, if that claim is in doubt. */
  readonly claimants: (key: string) => readonly string[];
}

interface Claimant {
  readonly rowKey: string;
  readonly id: string;
}

/** Matches resources with index rows as they come by. Keeps two short entries for each resource in memory, and no attributes. */
export function gatherSuspects({ kindOf, claimsOf, checkColumns }: RowReading): Suspects {
  const suspects = new Set<string>();
  /** The first resource that claims each key. The key of an index row is removed when that row is found to be right. */
  const open = new Map<string, Claimant>();
  const rivals = new Map<string, Set<string>>();

  function add(row: Row): void {
    const kind = kindOf(row);
    if (kind === 'resource') addResource(row);
    else if (kind === 'index') addIndexRow(row);
    else if (kind === 'unknown' || (kind === 'change' && checkChangeRow(row).length > 0))
      suspects.add(String(row.rowKey));
  }

  function addResource(row: Row): void {
    const rowKey = String(row.rowKey);
    const { id, rowKey: expected, index, stored } = claimsOf(row);
    if (stored !== undefined || checkColumns(row).faults.length > 0) suspects.add(rowKey);
    for (const key of index.keys()) claim(key, { rowKey, id });
    if (expected === undefined || expected === rowKey) return;
    suspects.add(rowKey);
    claim(expected, { rowKey, id });
  }

  function claim(key: string, claimant: Claimant): void {
    const first = open.get(key);
    if (!first) {
      open.set(key, claimant);
      return;
    }
    const all = rivals.get(key) ?? new Set([first.rowKey]);
    rivals.set(key, all.add(claimant.rowKey));
    for (const rowKey of all) suspects.add(rowKey);
  }

  function addIndexRow(row: Row): void {
    const key = String(row.rowKey);
    const claimant = open.get(key);
    if (claimant && row['target'] === claimant.rowKey && row['id'] === claimant.id) open.delete(key);
    else suspects.add(key);
  }

  function finish(): ReadonlySet<string> {
    for (const { rowKey } of open.values()) suspects.add(rowKey);
    return suspects;
  }

  const claimants = (key: string): readonly string[] => [...(rivals.get(key) ?? [open.get(key)?.rowKey ?? []].flat())];

  return { add, finish, claimants };
}
