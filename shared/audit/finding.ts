/** The ways in which a service's table can break its invariants. docs/audit.md says what to do about each. */
export type FindingKind =
  | 'unreadable-column'
  | 'unknown-column'
  | 'wrong-derived-column'
  | 'row-too-large'
  | 'invalid-id'
  | 'invalid-date'
  | 'missing-value'
  | 'invalid-attribute'
  | 'wrong-row-key'
  | 'missing-id-row'
  | 'wrong-id-row'
  | 'missing-unique-row'
  | 'wrong-unique-row'
  | 'orphan-index-row'
  | 'duplicate-id'
  | 'duplicate-external-id'
  | 'duplicate-unique-value'
  | 'invalid-change-row'
  | 'unknown-row'
  | 'unknown-partition'
  | 'unsettled';

/** A broken invariant. It never contains the value of an attribute, only RowKeys, ids, and names of attributes and columns. */
export interface Finding {
  readonly kind: FindingKind;
  /** The PartitionKey. */
  readonly tenant: string;
  /** The row that is wrong. If an index row is missing, the row of its resource. */
  readonly rowKey: string;
  /** What is wrong, in a sentence. */
  readonly detail: string;
  /** Whether a conditional write can repair it without removing data from a resource. */
  readonly repairable: boolean;
  /** Whether this audit repaired it. */
  readonly repaired: boolean;
}

/** A finding that is not confirmed yet, within its partition. */
export interface Fault {
  readonly kind: FindingKind;
  readonly rowKey: string;
  readonly detail: string;
  readonly repairable: boolean;
}

/** A key by which the same fault is recognised in two examinations. */
export const faultKey = ({ kind, rowKey, detail }: Fault): string => [kind, rowKey, detail].join('\n');
