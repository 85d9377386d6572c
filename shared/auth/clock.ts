/**
 * The time, in milliseconds. `elapsed` is monotonic and measures ages, waits and limits. `date` counts from 1970 and is only compared with the dates
 * in the vault: when a token becomes valid, and when it expires.
 */
export interface Clock {
  readonly elapsed: () => number;
  readonly date: () => number;
}

export const systemClock: Clock = { elapsed: () => performance.now(), date: Date.now };
