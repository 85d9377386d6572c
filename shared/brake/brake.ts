import { ScimError } from '../scim/errors.ts';
import type { BrakeLog } from './brake-log.ts';

/** When the brake takes hold. */
export interface BrakeSettings {
  /** So many resources may always be taken out within the window. */
  readonly floor: number;
  /** Percent of the active resources that may be taken out within the window. */
  readonly percent: number;
  /** The sliding window, in minutes. */
  readonly minutes: number;
}

/** What the brake of a tenant says about taking one more active resource out. */
export interface Brake {
  /** The RowKey under which the change has to note itself, in its own transaction; none where the brake is off. Throws 403 where it holds. */
  readonly admit: () => Promise<string | undefined>;
}

/** How long the number of active resources is remembered, in milliseconds. */
const REMEMBERED = 10 * 60_000;

/**
 * The brake keeps an accident in Entra's scope filter from emptying a directory in one cycle: past the limit, resources cannot be disabled or
 * deleted until an operator looks (docs/operations.md). It latches, and only such changes are refused.
 */
export function brakeOf(settings: BrakeSettings, now: () => Date) {
  const active = new Map<string, { readonly count: number; readonly at: number }>();

  async function limitOf(tenant: string, log: BrakeLog, counted: number): Promise<number> {
    const known = active.get(tenant);
    if (known && now().getTime() - known.at < REMEMBERED) return limitFor(settings, known.count);
    // As it stood before the window: what was taken out since has to be counted in.
    const count = (await log.countActive()) + counted;
    active.set(tenant, { count, at: now().getTime() });
    return limitFor(settings, count);
  }

  return (tenant: string, log: BrakeLog): Brake => ({
    admit: async () => {
      const { counted, state } = await log.read();
      if (state.kind === 'released') return log.newKey();
      if (state.kind === 'latched') throw held(settings);
      if (counted < settings.floor || counted < (await limitOf(tenant, log, counted))) return log.newKey();
      await log.latch();
      throw held(settings);
    },
  });
}

/** How many of so many active resources may be taken out within the window. */
export const limitFor = ({ floor, percent }: BrakeSettings, active: number): number =>
  Math.max(floor, Math.floor((active * percent) / 100));

const held = ({ minutes }: BrakeSettings): ScimError =>
  new ScimError(
    403,
    `Too many resources were disabled or deleted within ${minutes} minutes, which looks like an accident in the scope of the provisioning. ` +
      'Further ones are held back: check the assigned users and the scoping filters, then ask BookMe to release the brake (their operator runs npm run brake -- release).',
    { reason: 'brake' },
  );
