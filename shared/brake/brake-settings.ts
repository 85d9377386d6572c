import type { TableClient } from '@azure/data-tables';
import { startCalls } from '../store/calls.ts';
import { OWN_PARTITION } from '../store/tenants.ts';

/** The limits of the brake. */
export interface BrakeSettings {
  /** How many resources may always be taken out of use within the window. */
  readonly floor: number;
  /** The percentage of the active resources that may be taken out of use within the window. */
  readonly percent: number;
  /** The length of the sliding window, in minutes. */
  readonly minutes: number;
}

/** The length of the sliding window, in milliseconds. */
export const windowOf = ({ minutes }: Pick<BrakeSettings, 'minutes'>): number => minutes * 60_000;

const key = { partitionKey: OWN_PARTITION, rowKey: 'brake' } as const;

/**
 * Writes the limits of this instance into the service's table, so that operators see the limits in force wherever they run a command. Every instance
 * does this when it starts, independently of any request. Throws 503 when storage does not answer.
 */
export async function publishSettings(table: TableClient, settings: BrakeSettings | undefined): Promise<void> {
  const row = { ...key, ...(settings ?? { isOff: true }) };
  await startCalls().write(
    (abortSignal) => table.upsertEntity(row, 'Replace', { abortSignal }),
    async () => undefined,
  );
}

/** The limits in force, as the service wrote them; undefined if no instance has started yet. Throws 503 when storage does not answer. */
export async function settingsInForce(table: TableClient): Promise<BrakeSettings | 'off' | undefined> {
  const row = await startCalls().read((abortSignal) =>
    table.getEntity<Record<string, unknown>>(key.partitionKey, key.rowKey, { abortSignal }),
  );
  if (row?.['isOff'] === true) return 'off';
  const [floor, percent, minutes] = [row?.['floor'], row?.['percent'], row?.['minutes']];
  const isComplete = typeof floor === 'number' && typeof percent === 'number' && typeof minutes === 'number';
  return isComplete ? { floor, percent, minutes } : undefined;
}
