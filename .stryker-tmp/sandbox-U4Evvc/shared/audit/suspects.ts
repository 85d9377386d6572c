// @ts-nocheck
import type { Row } from '../store/resource-row.ts';
import { checkChangeRow } from './resource-check.ts';
import type { RowReading } from './row-reading.ts';

/** What the scan of one partition gathers. Beside live traffic it is no snapshot, so it only raises suspicion. */
export interface Suspects {
  /** The next row of the partition, in the order of the RowKeys: the resources come before the index rows. */
  readonly take: (row: Row) => void;
  /** The RowKeys of the rows to look at again, once the partition is at its end. */
  readonly end: () => ReadonlySet<string>;
  /** The resources that were seen to claim a key, where that is in doubt. */
  readonly claimants: (key: string) => readonly string[];
}

interface Claimant {
  readonly rowKey: string;
  readonly id: string;
}

/** Matches resources with index rows as they come by. Two short entries per resource are held, no attribute. */
export function gatherSuspects({ kindOf, claimsOf, checkColumns }: RowReading): Suspects {
  const suspects = new Set<string>();
  /** The first resource that claims a key. Index keys go when their index row is found to be right. */
  const open = new Map<string, Claimant>();
  const rivals = new Map<string, Set<string>>();

  function take(row: Row): void {
    const kind = kindOf(row);
    if (kind === 'resource') takeResource(row);
    else if (kind === 'index') takeIndexRow(row);
    else if (kind === 'unknown' || (kind === 'change' && checkChangeRow(row).length > 0))
      suspects.add(String(row.rowKey));
  }

  function takeResource(row: Row): void {
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

  function takeIndexRow(row: Row): void {
    const key = String(row.rowKey);
    const claimant = open.get(key);
    if (claimant && row['target'] === claimant.rowKey && row['id'] === claimant.id) open.delete(key);
    else suspects.add(key);
  }

  function end(): ReadonlySet<string> {
    for (const { rowKey } of open.values()) suspects.add(rowKey);
    return suspects;
  }

  const claimants = (key: string): readonly string[] => [...(rivals.get(key) ?? [open.get(key)?.rowKey ?? []].flat())];

  return { take, end, claimants };
}
