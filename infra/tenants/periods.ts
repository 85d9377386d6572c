import { type ChangeWord, changeWords } from '../../shared/store/change-row.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The number of changes of each kind in a day or an hour (UTC). */
export interface Period {
  readonly start: Date;
  readonly changes: Readonly<Record<ChangeWord, number>>;
  readonly total: number;
}

/** Changes, counted by day and by hour. */
export interface Counting {
  readonly add: (change: ChangeWord, at: Date) => void;
  /** All days from the first to today, including days without a change. */
  readonly days: () => readonly Period[];
  /** All hours from the first day to the current hour. */
  readonly hours: () => readonly Period[];
}

/** The start (UTC) of the first of the last `days` days, including today. */
export const startOfDays = (days: number, now: Date): Date =>
  new Date(Math.floor(now.getTime() / DAY) * DAY - (days - 1) * DAY);

/** Starts to count changes since `start`, which must be the start of a day. The memory that it needs depends on the number of hours, not of changes. */
export function countChanges(start: Date, now: Date): Counting {
  const hours = new Map<number, Record<ChangeWord, number>>();

  function add(change: ChangeWord, at: Date): void {
    const hour = Math.floor((at.getTime() - start.getTime()) / HOUR);
    const counts = hours.get(hour) ?? noChanges();
    counts[change] += 1;
    hours.set(hour, counts);
  }

  /** The periods, `width` hours each. */
  function periods(width: number): readonly Period[] {
    const count = Math.ceil((now.getTime() + 1 - start.getTime()) / (width * HOUR));
    return Array.from({ length: count }, (_, index) => {
      const parts = Array.from({ length: width }, (_, part) => hours.get(index * width + part) ?? noChanges());
      return periodOf(new Date(start.getTime() + index * width * HOUR), parts);
    });
  }

  return { add, days: () => periods(24), hours: () => periods(1) };
}

function periodOf(start: Date, parts: readonly Readonly<Record<ChangeWord, number>>[]): Period {
  const changes = noChanges();
  for (const part of parts) for (const word of changeWords) changes[word] += part[word];
  return { start, changes, total: Object.values(changes).reduce((sum, count) => sum + count, 0) };
}

const noChanges = (): Record<ChangeWord, number> => ({
  created: 0,
  updated: 0,
  disabled: 0,
  restored: 0,
  moved: 0,
  deleted: 0,
});
