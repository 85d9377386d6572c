import type { TableClient } from '@azure/data-tables';
import type { Attribute } from '../scim/schema.ts';
import type { Calls } from './calls.ts';
import type { Columns } from './columns.ts';

/** What reading and writing share for the time of one request: a table, and the one partition of it that may be touched. */
export interface Partition {
  readonly table: TableClient;
  readonly tenant: string;
  readonly columns: Columns;
  /** The attributes whose values are unique within the tenant. */
  readonly unique: readonly Attribute[];
  readonly calls: Calls;
  readonly now: () => Date;
  readonly newId: () => string;
}
