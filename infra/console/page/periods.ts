import type { ChangeInfo } from '../api.ts';

/** The kinds of changes, in the order of the chart. */
export const kinds = ['created', 'updated', 'disabled', 'restored', 'deleted'] as const;
export type Kind = (typeof kinds)[number];

/** The number of changes of each kind in one day or hour of the reader's time zone. */
export interface Period {
  readonly start: Date;
  readonly counts: Readonly<Record<Kind, number>>;
}

export type Width = 'day' | 'hour';

/** How many periods are shown: 30 days, or 48 hours. */
const SHOWN: Readonly<Record<Width, number>> = { day: 30, hour: 48 };

/** Counts changes in the periods up to now, oldest first. A move to another key counts as an update. */
export function periodsOf(changes: readonly ChangeInfo[], width: Width, now: Date): readonly Period[] {
  const starts = startsOf(width, now);
  const periods = starts.map((start) => ({ start, counts: noCounts() }));
  const index = new Map(starts.map((start, at) => [start.getTime(), at]));
  for (const { at, change } of changes) {
    const period = periods[index.get(startOf(new Date(at), width).getTime()) ?? -1];
    if (period) period.counts[change === 'moved' ? 'updated' : change] += 1;
  }
  return periods;
}

function startsOf(width: Width, now: Date): readonly Date[] {
  const count = SHOWN[width];
  const last = startOf(now, width);
  return Array.from({ length: count }, (_, at) => {
    const start = new Date(last);
    if (width === 'day') start.setDate(start.getDate() - (count - 1 - at));
    else start.setHours(start.getHours() - (count - 1 - at));
    return start;
  });
}

/** The start of the day or the hour, even on a day when daylight saving time begins or ends. */
function startOf(at: Date, width: Width): Date {
  const start = new Date(at);
  start.setMinutes(0, 0, 0);
  if (width === 'day') start.setHours(0);
  return start;
}

const noCounts = (): Record<Kind, number> => ({ created: 0, updated: 0, disabled: 0, restored: 0, deleted: 0 });
