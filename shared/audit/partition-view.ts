import type { Row } from '../store/stored.ts';
import type { Claims } from './claims.ts';
import type { ColumnCheck } from './columns.ts';
import type { RowKind } from './row-kind.ts';

/** How the rows of one service's table are understood. */
export interface RowReading {
  readonly kindOf: (row: Row) => RowKind;
  readonly claimsOf: (row: Row) => Claims;
  readonly checkColumns: (row: Row) => ColumnCheck;
}

/** One tenant's rows, by point reads. */
export interface PartitionView extends RowReading {
  readonly tenant: string;
  readonly read: (rowKey: string) => Promise<Row | undefined>;
  /** The RowKeys of the resources that the scan saw claim a key. */
  readonly claimants: (key: string) => readonly string[];
}
