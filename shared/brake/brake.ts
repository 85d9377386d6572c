import type { TableClient } from '@azure/data-tables';
import { ScimError } from '../scim/errors.ts';
import type { Calls } from '../store/calls.ts';
import { brakeLog, type DisabledOrDeleted } from './brake-log.ts';
import type { BrakeSettings } from './brake-settings.ts';

/** The brake of a tenant, for one request. */
export interface Brake {
  /** Called before an active resource is disabled or deleted. Throws 403 while the brake is engaged, and engages it beyond the limit. */
  readonly check: () => Promise<void>;
}

/** The brakes of one service, by tenant. They use the storage calls of the request. */
export type Brakes = (tenant: string, calls: Calls, countActive: () => Promise<number>) => Brake;

/** How long the number of active resources is remembered, in milliseconds. */
const MAX_AGE = 10 * 60_000;

/**
 * The brake keeps a mistake in Entra's scoping filters from emptying a directory in one cycle. When more resources than the limit are disabled or
 * deleted, it engages: it refuses to disable or delete more until an operator releases it (docs/operations.md). Without settings it is off.
 */
export const brakesOf = (settings: BrakeSettings | undefined, table: TableClient, now: () => Date): Brakes =>
  settings ? brakesWith(settings, table, now) : () => ({ check: async () => undefined });

function brakesWith(settings: BrakeSettings, table: TableClient, now: () => Date): Brakes {
  const disabledOrDeleted: DisabledOrDeleted = new Map();
  const active = new Map<string, { readonly count: number; readonly at: number }>();

  async function limitOf(tenant: string, counted: number, countActive: () => Promise<number>): Promise<number> {
    const known = active.get(tenant);
    if (known && now().getTime() - known.at < MAX_AGE) return limitFor(settings, known.count);
    const count = (await countActive()) + counted; // the number at the start of the window
    active.set(tenant, { count, at: now().getTime() });
    return limitFor(settings, count);
  }

  return (tenant, calls, countActive) => {
    const log = brakeLog({ table, tenant, calls, now, settings, disabledOrDeleted });
    return {
      check: async () => {
        const { counted, state } = await log.read();
        if (state.kind === 'released') return;
        if (state.kind === 'engaged') throw refusal(settings);
        if (counted < settings.floor || counted < (await limitOf(tenant, counted, countActive))) return;
        await log.engage();
        throw refusal(settings);
      },
    };
  };
}

/** How many of `active` resources may be disabled or deleted within the window. */
export const limitFor = ({ floor, percent }: BrakeSettings, active: number): number =>
  Math.max(floor, Math.floor((active * percent) / 100));

const refusal = ({ minutes }: BrakeSettings): ScimError =>
  new ScimError(
    403,
    `So many resources were disabled or deleted within ${minutes} minutes that it looks like an accident. BookMe refuses to disable or delete more. ` +
      'Check the assigned users and the scoping filters in Entra. If the changes are intended, ask BookMe to allow them.',
    { reason: 'brake' },
  );
