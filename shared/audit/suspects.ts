import type { Row } from '../store/resource-row.ts';
import { checkChangeRow } from './resource-check.ts';
import type { RowReading } from './row-reading.ts';

/** The suspected rows of one partition. Requests may change rows during the scan, so a suspicion must be confirmed. */
export interface Suspects {
  /** Adds the next row of the partition, in the order of the RowKeys: first the resources, then the index rows. */
  readonly add: (row: Row) => void;
  /** Returns the RowKeys of the suspected rows, after the last row was added. */
  readonly finish: () => ReadonlySet<string>;
  /** The RowKeys of the resources that claim a key; empty if a correct index row confirms the only claim. */
  readonly claimants: (key: string) => readonly string[];
}

interface Claimant {
  readonly rowKey: string;
  readonly id: string;
}

/** Matches resources with index rows during a scan. Keeps two short entries for each resource in memory, and no attributes. */
export function gatherSuspects({ kindOf, claimsOf, checkColumns }: RowReading): Suspects {
  const suspects = new Set<string>();
  /** The first resource that claims each key. A key is removed when its index row is found to be correct. */
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
    const { id, rowKey: expected, index, indexRows } = claimsOf(row);
    if (indexRows !== undefined || checkColumns(row).faults.length > 0) suspects.add(rowKey);
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
