import type { TableClient } from '@azure/data-tables';
import type { TenantStore } from '../store/store.ts';
import { type Brake, type BrakeSettings, brakeOf } from './brake.ts';
import { brakeLog, type SeenNotes } from './brake-log.ts';

/** The brake of a tenant for the time of one request. */
export type Brakes = (tenant: string, store: TenantStore) => Brake;

/** The brakes of one service; where the settings switch them off, everything is admitted and nothing noted. */
export function brakesOf(settings: BrakeSettings | undefined, table: TableClient, now: () => Date): Brakes {
  if (!settings) return () => ({ admit: async () => undefined });
  const brake = brakeOf(settings, now);
  const seen: SeenNotes = new Map();
  const { minutes } = settings;
  return (tenant, { calls, countInUse }) =>
    brake(tenant, brakeLog({ table, tenant, calls, now, minutes, seen, countActive: countInUse }));
}
