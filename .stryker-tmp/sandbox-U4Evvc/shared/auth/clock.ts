/**
 * What time it is, in milliseconds. Ages, waits and limits are read from `elapsed`, which runs on whatever becomes of the date; `date`, since
 * 1970, is only for what the vault dates: when a token begins and ends.
 */
// @ts-nocheck

export interface Clock {
  readonly elapsed: () => number;
  readonly date: () => number;
}

export const systemClock: Clock = { elapsed: () => performance.now(), date: Date.now };
