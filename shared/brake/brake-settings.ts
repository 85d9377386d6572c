import type { TableClient } from '@azure/data-tables';
import { startCalls } from '../store/calls.ts';
import { OWN_PARTITION } from '../store/tenants.ts';

/** The limits of the brake. */
export interface BrakeSettings {
  /** How many active resources may be disabled or deleted within the window, whatever the percentage. */
  readonly floor: number;
  /** The percentage of the active resources that may be disabled or deleted within the window. */
  readonly percent: number;
  /** The length of the sliding window, in minutes. */
  readonly minutes: number;
}

/** The length of the sliding window, in milliseconds. */
export const windowOf = ({ minutes }: Pick<BrakeSettings, 'minutes'>): number => minutes * 60_000;

const key = { partitionKey: OWN_PARTITION, rowKey: 'brake' } as const;

/**
 * Writes the limits into the service's table, where the operators' commands read them. Every instance does this when it starts. Throws 503 when
 * storage does not answer.
 */
export async function publishSettings(table: TableClient, settings: BrakeSettings | undefined): Promise<void> {
  const row = { ...key, ...(settings ?? { isOff: true }) };
  await startCalls().write(
    (abortSignal) => table.upsertEntity(row, 'Replace', { abortSignal }),
    async () => undefined,
  );
}

/** The limits that the service wrote; undefined if no instance has started yet. Throws 503 when storage does not answer. */
export async function settingsInForce(table: TableClient): Promise<BrakeSettings | 'off' | undefined> {
  const row = await startCalls().read((abortSignal) =>
    table.getEntity<Record<string, unknown>>(key.partitionKey, key.rowKey, { abortSignal }),
  );
  if (row?.['isOff'] === true) return 'off';
  const [floor, percent, minutes] = [row?.['floor'], row?.['percent'], row?.['minutes']];
  const isComplete = typeof floor === 'number' && typeof percent === 'number' && typeof minutes === 'number';
  return isComplete ? { floor, percent, minutes } : undefined;
}
