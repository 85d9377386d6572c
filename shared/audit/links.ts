import type { TransactionAction } from '@azure/data-tables';
import type { Attribute } from '../scim/schema.ts';
import type { Row } from '../store/resource-row.ts';
import type { Fault, FindingKind } from './finding.ts';
import type { Claims, PartitionView } from './row-reading.ts';

/** The faults of one key that a resource claims, and the conditional actions that repair them. */
export interface LinkCheck {
  readonly faults: readonly Fault[];
  readonly repair: readonly TransactionAction[];
}

/** The key of an index row, and the unique attribute (or the id) that it belongs to. */
export interface ClaimedKey {
  readonly key: string;
  readonly attribute: Attribute | 'id';
}

/** Makes the functions that check a resource's keys against the other rows of its partition. They throw 503 when storage does not answer. */
export function linkChecker({ tenant, read, kindOf, claimsOf, claimants }: PartitionView) {
  /** Checks that the resource has the RowKey that follows from its externalId or id, and that no other resource claims that RowKey. */
  async function checkRowKey(row: Row, { rowKey: expected }: Claims): Promise<LinkCheck> {
    const rowKey = String(row.rowKey);
    if (expected === undefined) return { faults: [], repair: [] };
    const rivals = await rivalsOf(row, expected, [expected, ...claimants(expected)]);
    const faults = rivals.map((rival) => duplicate(row, 'externalId', rival));
    if (rowKey === expected) return { faults, repair: [] };
    const detail = `Its RowKey should be ${expected}.`;
    return { faults: [{ kind: 'wrong-row-key', rowKey, detail, repairable: false }, ...faults], repair: [] };
  }

  /** Checks that the index row exists, points back, and is claimed by no other resource. If two claim it, an operator has to choose between them. */
  async function checkIndexRow(row: Row, { id, hasId }: Claims, { key, attribute }: ClaimedKey): Promise<LinkCheck> {
    const index = await read(key);
    const rivals = await rivalsOf(row, key, [...claimants(key), ...targetOf(index)]);
    if (rivals.length > 0) return { faults: rivals.map((rival) => duplicate(row, attribute, rival)), repair: [] };
    if (index?.['target'] === row.rowKey && (index?.['id'] === id || !hasId)) return { faults: [], repair: [] };
    const pointer = { partitionKey: tenant, rowKey: key, target: String(row.rowKey), id };
    const repair: TransactionAction = index
      ? ['update', pointer, 'Replace', { etag: index.etag }]
      : ['create', pointer];
    return { faults: [broken(row, { key, attribute }, { index, repairable: hasId })], repair: hasId ? [repair] : [] };
  }

  /** The RowKeys of the other resources among these rows that claim the key too. */
  async function rivalsOf(row: Row, key: string, rowKeys: readonly string[]): Promise<readonly string[]> {
    const others = [...new Set(rowKeys)].filter((other) => other !== row.rowKey);
    const rows = await Promise.all(others.map(read));
    return rows.flatMap((other) => (other && claims(other, key) ? [String(other.rowKey)] : []));
  }

  function claims(row: Row, key: string): boolean {
    if (kindOf(row) !== 'resource') return false;
    const { rowKey, index } = claimsOf(row);
    return rowKey === key || index.has(key);
  }

  return { checkRowKey, checkIndexRow, claims };
}

/** The RowKey that an index row points to; empty if it has none. */
export const targetOf = (index: Row | undefined): readonly string[] =>
  typeof index?.['target'] === 'string' && index['target'] !== '' ? [index['target']] : [];

interface Broken {
  readonly index: Row | undefined;
  readonly repairable: boolean;
}

function broken(row: Row, { key, attribute }: ClaimedKey, { index, repairable }: Broken): Fault {
  const kind: FindingKind = `${index ? 'wrong' : 'missing'}-${attribute === 'id' ? 'id' : 'unique'}-row`;
  const name = attribute === 'id' ? attribute : attribute.name;
  const detail = `Its ${name} row ${key} ${index ? 'points elsewhere' : 'is missing'}.`;
  return { kind, rowKey: String(row.rowKey), detail, repairable };
}

function duplicate(row: Row, attribute: Attribute | 'id' | 'externalId', rival: string): Fault {
  const name = typeof attribute === 'string' ? attribute : attribute.name;
  const kind =
    name === 'id' ? 'duplicate-id' : attribute === 'externalId' ? 'duplicate-external-id' : 'duplicate-unique-value';
  const detail = `The resource ${rival} has the same ${name}.`;
  return { kind, rowKey: String(row.rowKey), detail, repairable: false };
}
