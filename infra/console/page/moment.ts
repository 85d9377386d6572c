const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** How long ago a time was, or how soon it is, in words. */
export function relativeTime(at: Date, now: Date): string {
  const difference = at.getTime() - now.getTime();
  const size = Math.abs(difference);
  if (size < 10_000) return 'just now';
  if (size < MINUTE) return relative.format(Math.trunc(difference / 1000), 'second');
  if (size < HOUR) return relative.format(Math.trunc(difference / MINUTE), 'minute');
  if (size < 2 * DAY) return relative.format(Math.trunc(difference / HOUR), 'hour');
  return relative.format(Math.trunc(difference / DAY), 'day');
}

const local = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const zone = new Intl.DateTimeFormat('en-GB').resolvedOptions().timeZone;

/** The exact time in the reader's time zone and in UTC. */
export const exactTime = (at: Date): string =>
  `${local.format(at)} ${zone} · ${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
const shortDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** `14:02`, in the reader's time zone. */
export const clockTime = (at: Date): string => clock.format(at);

/** `Mon, 30 Nov 2026`, in the reader's time zone. */
export const dayOf = (at: Date): string => day.format(at);

/** `30 Nov`, in the reader's time zone. */
export const shortDayOf = (at: Date): string => shortDay.format(at);
