/** The invariants of a service's table, each named by what one finds where it is broken. docs/audit.md says what to do about each. */
// @ts-nocheck

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

/** A broken invariant. It holds no attribute's value: RowKeys, ids and names of attributes and columns are all it tells. */
export interface Finding {
  readonly kind: FindingKind;
  /** The PartitionKey. */
  readonly tenant: string;
  /** The row that is wrong; of a missing row, the resource that lacks it. */
  readonly rowKey: string;
  /** A sentence. */
  readonly detail: string;
  /** Whether a conditional write that takes nothing from any resource puts it right. */
  readonly mendable: boolean;
  readonly mended: boolean;
}

/** A finding before it is known to be one, within its partition. */
export interface Fault {
  readonly kind: FindingKind;
  readonly rowKey: string;
  readonly detail: string;
  readonly mendable: boolean;
}

/** The same fault has the same name in each look. */
export const faultKey = ({ kind, rowKey, detail }: Fault): string => [kind, rowKey, detail].join('\n');
