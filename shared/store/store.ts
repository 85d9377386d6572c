import type { TableClient } from '@azure/data-tables';
import type { JsonObject } from '../scim/json.ts';
import { type Attribute, type ResourceType, uniqueAttributes } from '../scim/schema.ts';
import { type Calls, type Patience, patience, startCalls } from './calls.ts';
import type { ChangeWord } from './change-row.ts';
import { type Columns, columnsOf } from './columns.ts';
import { readers } from './read.ts';
import type { Stored } from './resource-row.ts';
import { counter, type ScanPage, scanner } from './scan.ts';
import { writers } from './write.ts';

/** One tenant's partition of a table, for one request: the only one that the request can read or write. */
export interface Partition {
  readonly table: TableClient;
  readonly tenant: string;
  /** The fingerprint of the request's token, for the history. */
  readonly token: string;
  readonly type: ResourceType;
  readonly columns: Columns;
  /** The attributes whose values are unique within the tenant. */
  readonly unique: readonly Attribute[];
  readonly calls: Calls;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly recordDamage: (row: Damage) => void;
}

/** A damaged row: it cannot be read, or another row that belongs to it is missing. */
export interface Damage {
  readonly rowKey: string;
  readonly reason: string;
}

/** The resources of one tenant, for one request. All functions throw 503 when storage does not answer. */
export interface TenantStore {
  /** The resource with this id; undefined if there is none. Throws 500 if its index row is damaged. */
  readonly find: (id: string) => Promise<Stored | undefined>;
  /** The resource with this externalId. */
  readonly findByExternalId: (externalId: string) => Promise<Stored | undefined>;
  /** The resource with this value of a unique attribute. Throws 500 if its index row is damaged. */
  readonly findByUnique: (attribute: Attribute, value: string) => Promise<Stored | undefined>;
  /** The resources in the order of their RowKeys, starting after the key `after`, at most `size` in a page. */
  readonly scan: (after: string, size: number) => AsyncIterable<ScanPage>;
  /** Creates a resource and its row in the history. Throws 409 uniqueness. */
  readonly insert: (attributes: JsonObject) => Promise<Stored>;
  /** Writes the change and its row in the history. Throws LostRace if `before` is no longer the stored version, and 409 uniqueness. */
  readonly update: (before: Stored, attributes: JsonObject, change: ChangeWord) => Promise<Stored>;
  /** Deletes a resource. Throws LostRace if `before` is no longer the stored version. */
  readonly remove: (before: Stored) => Promise<void>;
  /** How many resources are in use. Takes one storage call per 1,000 resources. */
  readonly countInUse: () => Promise<number>;
  /** The storage calls of the request. */
  readonly calls: Calls;
  /** The damaged rows that the request has read: their number, and the first of them. */
  readonly damage: () => { readonly count: number; readonly rows: readonly Damage[] };
}

/** The most damaged rows that a log record names. */
const MAX_LOGGED_ROWS = 10;

/** The parts of a store: its table, resource type, clock and source of ids. */
export interface StoreParts {
  readonly table: TableClient;
  readonly type: ResourceType;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly patience?: Patience;
}

/** Opens the store for a tenant. `token` is the fingerprint of the request's token. */
export type Store = (tenant: string, token: string) => TenantStore;

/** The store of one service, to be opened for each request. Throws if the attributes cannot be mapped to columns. */
export function storeOf({ table, type, now, newId, patience: wait = patience }: StoreParts): Store {
  const columns = columnsOf(type);
  const unique = uniqueAttributes(type);
  return (tenant, token) => {
    const calls = startCalls(wait);
    const damage = new Map<string, Damage>();
    const recordDamage = (row: Damage): unknown => damage.set(row.rowKey, row);
    const partition = { table, tenant, token, type, columns, unique, calls, now, newId, recordDamage };
    const reading = readers(partition);
    return {
      ...reading,
      scan: scanner(partition),
      countInUse: counter(partition, type),
      ...writers(partition, reading.find),
      calls,
      damage: () => ({ count: damage.size, rows: [...damage.values()].slice(0, MAX_LOGGED_ROWS) }),
    };
  };
}
