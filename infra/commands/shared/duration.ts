import { CommandError } from './command-error.ts';

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: 60 * MINUTE, d: 24 * 60 * MINUTE };

/** From here on the Key Vault SDK writes a wrong date: it cuts the seconds since 1970 to 32 bits. */
const END_OF_DATES = new Date('2038-01-19T03:14:07Z');

/** The milliseconds of a duration such as `7d`, `12h` or `30m`; of `0` too. Throws CommandError; `option` is named there. */
export function parseDuration(text: string, option: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const milliseconds = text === '0' ? 0 : Number(count) * (UNITS[unit] ?? Number.NaN);
  if (!Number.isNaN(milliseconds)) return milliseconds;
  throw new CommandError(`${option} has to be a number of days, hours or minutes, such as 7d, 12h or 30m.`);
}

/** The date so many milliseconds from now. Throws CommandError where Key Vault could not be told that date. */
export function dateAfter(milliseconds: number, now: Date, option: string): Date {
  const date = new Date(now.getTime() + milliseconds);
  if (date <= END_OF_DATES) return date;
  throw new CommandError(`${option} may not reach beyond 2038-01-19, the last date that can be written to Key Vault.`);
}

/** A date for people: `2026-11-30 14:05 UTC`. */
export const showDate = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
