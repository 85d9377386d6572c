import { systemClock } from '../auth/clock.ts';

const MINUTE = 60_000;

/** Writes a record that covers this many refusals. */
type WriteRecord = (count: number) => string;

/** Counts the refusals of a rate limit by the limit's key, because one record for each would flood the log. */
export interface RefusalSums {
  /** Counts a refusal. Returns the record of the first one of a key; the others become part of a later record. */
  readonly add: (key: string, write: WriteRecord) => string | undefined;
  /** The records of the keys that have been counted for a minute. */
  readonly due: () => readonly string[];
}

/** Sums the refusals of each key into one record a minute. `now` is a monotonic clock in milliseconds. */
export function refusalSums(now: () => number = systemClock.elapsed): RefusalSums {
  const sums = new Map<string, { since: number; count: number; write: WriteRecord }>();

  function* closeSums(): Generator<string> {
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
    due: () => [...closeSums()],
  };
}
