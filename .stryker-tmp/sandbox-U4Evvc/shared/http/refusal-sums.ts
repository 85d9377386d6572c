// @ts-nocheck
import { systemClock } from '../auth/clock.ts';

const MINUTE = 60_000;

/** Writes a record that stands for so many refusals. */
type WriteRecord = (count: number) => string;

/** Refusals beyond a limit, by the key of their limit: a record for each would let a flood hide everything else in the log. */
export interface RefusalSums {
  /** Counts a refusal; returns its record where it is the first of its key, undefined where a later record counts it. */
  readonly add: (key: string, write: WriteRecord) => string | undefined;
  /** The records of what was counted and not recorded for a minute. */
  readonly due: () => readonly string[];
}

/** Sums the refusals of each key into one record a minute. `now` is a clock in milliseconds that nobody sets. */
export function refusalSums(now: () => number = systemClock.elapsed): RefusalSums {
  const sums = new Map<string, { since: number; count: number; write: WriteRecord }>();

  function* close(): Generator<string> {
    for (const [key, { since, count, write }] of sums) {
      if (now() - since < MINUTE) continue;
      if (count === 0) sums.delete(key);
      else sums.set(key, { since: now(), count: 0, write });
      if (count > 0) yield write(count);
    }
  }

  return {
    add(key, write) {
      const sum = sums.get(key);
      sums.set(key, { since: sum?.since ?? now(), count: sum ? sum.count + 1 : 0, write });
      return sum ? undefined : write(1);
    },
    due: () => [...close()],
  };
}
