import type { TableClient } from '@azure/data-tables';
import type { JsonObject } from '../scim/json.ts';
import type { Attribute, ResourceType } from '../scim/schema.ts';
import { type Calls, type Patience, patience, startCalls } from './calls.ts';
import { type Columns, columnsOf } from './columns.ts';
import { readers } from './read.ts';
import type { Stored } from './resource-row.ts';
import { counter, type ScanPage, scanner } from './scan.ts';
import { writers } from './write.ts';

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

/** The resources of one tenant for the time of one request. The tenant is fixed here: no caller can name another one. */
export interface TenantStore {
  readonly find: (id: string) => Promise<Stored | undefined>;
  readonly findByExternalId: (externalId: string) => Promise<Stored | undefined>;
  readonly findByUnique: (attribute: Attribute, value: string) => Promise<Stored | undefined>;
  /** The resources in the order of their keys, after `after`, `size` at a time. */
  readonly scan: (after: string, size: number) => AsyncIterable<ScanPage>;
  /** Throws 409 uniqueness. */
  readonly insert: (attributes: JsonObject) => Promise<Stored>;
  /** Throws LostRace where `before` is no longer the stored version, and 409 uniqueness. `note` is the key of a row to insert with it. */
  readonly update: (before: Stored, attributes: JsonObject, note?: string) => Promise<Stored>;
  /** Throws LostRace where `before` is no longer the stored version. `note` is the key of a row to insert with it. */
  readonly remove: (before: Stored, note?: string) => Promise<void>;
  /** How many resources are in use; one storage call per 1,000 resources. */
  readonly countInUse: () => Promise<number>;
  readonly calls: Calls;
}

/** What the store needs from outside. */
export interface StoreParts {
  readonly table: TableClient;
  readonly type: ResourceType;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly patience?: Patience;
}

export type Store = (tenant: string) => TenantStore;

/** The store of one service: opened for a tenant, it serves one request. */
export function storeOf({ table, type, now, newId, patience: wait = patience }: StoreParts): Store {
  const columns = columnsOf(type);
  const unique = type.writable.filter((attribute) => attribute.uniqueness === 'server');
  return (tenant) => {
    const calls = startCalls(wait);
    const partition = { table, tenant, columns, unique, calls, now, newId };
    const reading = readers(partition);
    return {
      ...reading,
      scan: scanner(partition),
      countInUse: counter(partition, type),
      ...writers(partition, reading.find),
      calls,
    };
  };
}
