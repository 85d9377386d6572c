import { randomUUID } from 'node:crypto';
import { openTenantData, type TenantData } from '../../../infra/tenants/tenant-data.ts';
import type { JsonObject } from '../../../shared/scim/json.ts';
import type { Service } from '../../../shared/services/service.ts';
import { services } from '../../../shared/services/services.ts';
import { type ChangeRow, changeRow, newChangeKey } from '../../../shared/store/change-row.ts';
import type { Stored } from '../../../shared/store/resource-row.ts';
import { storeOf, type TenantStore } from '../../../shared/store/store.ts';
import type { Ground } from './bank.ts';

export const serviceOf = (name: string): Service => {
  const service = services.find((one) => one.name === name);
  if (!service) throw new Error(`There is no service ${name}.`);
  return service;
};

/** Writes and reads rows in a tenant's partition. */
export interface TenantRows {
  readonly kept: TenantData;
  /** The store of the service, for changes at a given time. */
  readonly at: (time: Date) => TenantStore;
  readonly create: (attributes: JsonObject, time?: Date) => Promise<Stored>;
  /** Writes lines of the history without the changes that they describe. */
  readonly addChanges: (changes: readonly Omit<ChangeRow, 'rowKey' | 'token'>[]) => Promise<void>;
}

/** Opens a tenant of a ground at a given time. Creates the table if it does not exist. */
export async function openRows(
  ground: Ground,
  { service: name = 'advisors', tenant, now = () => new Date() }: RowsPlace,
): Promise<TenantRows> {
  const table = ground.table(name);
  await table.createTable();
  const service = serviceOf(name);
  const type = service.resourceType;
  const at = (time: Date) => storeOf({ table, type, now: () => time, newId: randomUUID })(tenant, 'token1');
  return {
    kept: keptOf(ground, { service: name, tenant, now }),
    at,
    create: (attributes, time = now()) => at(time).insert(attributes),
    async addChanges(changes) {
      for (let start = 0; start < changes.length; start += 100) {
        const rows = changes
          .slice(start, start + 100)
          .map((one) => changeRow(tenant, { ...one, rowKey: newChangeKey(one.at), token: 'token1' }));
        await table.submitTransaction(rows.map((row) => ['create', row]));
      }
    },
  };
}

interface RowsPlace {
  readonly service?: string;
  readonly tenant: string;
  readonly now?: () => Date;
}

/** The readers of a tenant's rows, even if there is no table. */
export const keptOf = (
  { tables, vault }: Ground,
  { service = 'advisors', tenant, now = () => new Date() }: RowsPlace,
): TenantData =>
  openTenantData({ tables, service: serviceOf(service), tenant }, { credential: () => vault.credential, now });
