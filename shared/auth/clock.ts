/**
 * The time, in milliseconds. Ages, waits and limits are measured with `elapsed`, which runs on evenly when the system's date is changed. `date`
 * counts from 1970, and is only compared with the dates that the vault gives: when a token becomes valid, and when it expires.
 */
export interface Clock {
  readonly elapsed: () => number;
  readonly date: () => number;
}

export const systemClock: Clock = { elapsed: () => performance.now(), date: Date.now };
