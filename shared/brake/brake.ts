import type { TableClient } from '@azure/data-tables';
import { ScimError } from '../scim/errors.ts';
import type { Calls } from '../store/calls.ts';
import { brakeLog, type TakenOut } from './brake-log.ts';
import type { BrakeSettings } from './brake-settings.ts';

/** The brake of a tenant for the time of one request. */
export interface Brake {
  /** Asked before an active resource is disabled or deleted. Throws 403 where the brake holds. */
  readonly check: () => Promise<void>;
}

/** The brakes of one service, by tenant; they share the request's storage calls. */
export type Brakes = (tenant: string, calls: Calls, countActive: () => Promise<number>) => Brake;

/** How long the number of active resources is remembered, in milliseconds. */
const REMEMBERED = 10 * 60_000;

/**
 * The brake keeps an accident in Entra's scope filter from emptying a directory in one cycle: past the limit, resources cannot be disabled or
 * deleted until an operator looks (docs/operations.md). It latches, and only such changes are refused. Off without settings.
 */
export function brakesOf(settings: BrakeSettings | undefined, table: TableClient, now: () => Date): Brakes {
  if (!settings) return () => ({ check: async () => undefined });
  const taken: TakenOut = new Map();
  const active = new Map<string, { readonly count: number; readonly at: number }>();

  async function limitOf(tenant: string, counted: number, countActive: () => Promise<number>): Promise<number> {
    const known = active.get(tenant);
    if (known && now().getTime() - known.at < REMEMBERED) return limitFor(settings as BrakeSettings, known.count); // checked above
    // As it stood before the window: what was taken out since has to be counted in.
    const count = (await countActive()) + counted;
    active.set(tenant, { count, at: now().getTime() });
    return limitFor(settings as BrakeSettings, count); // checked above
  }

  return (tenant, calls, countActive) => {
    const log = brakeLog({ table, tenant, calls, now, settings, taken });
    return {
      check: async () => {
        const { counted, state } = await log.read();
        if (state.kind === 'released') return;
        if (state.kind === 'latched') throw held(settings);
        if (counted < settings.floor || counted < (await limitOf(tenant, counted, countActive))) return;
        await log.latch();
        throw held(settings);
      },
    };
  };
}

/** How many of so many active resources may be taken out within the window. */
export const limitFor = ({ floor, percent }: BrakeSettings, active: number): number =>
  Math.max(floor, Math.floor((active * percent) / 100));

const held = ({ minutes }: BrakeSettings): ScimError =>
  new ScimError(
    403,
    `So many resources were disabled or deleted within ${minutes} minutes that it looks like an accident, and BookMe holds back further ones. ` +
      'Check the assigned users and the scoping filters in Entra. If it was meant, ask BookMe to let it through.',
    { reason: 'brake' },
  );
