import { useEffect, useState } from 'preact/hooks';
import { clockTime, dayOf, exactTime, relativeTime } from './moment.ts';

const TICK = 5_000;
const listeners = new Set<() => void>();
setInterval(() => {
  for (const tell of listeners) tell();
}, TICK);

/** The current time, which is updated by itself. */
export function useNow(): Date {
  const [, tick] = useState(0);
  useEffect(() => {
    const tell = () => tick((count) => count + 1);
    listeners.add(tell);
    return () => void listeners.delete(tell);
  }, []);
  return new Date();
}

interface TimeProps {
  readonly at: string;
  /** The format: `2 minutes ago`, `14:02`, or `30 Nov 2026, 14:02`. */
  readonly as?: 'relative' | 'clock' | 'date';
  /** Whether the Tab key reaches it. Not in long lists, where the view behind the row shows the same time. */
  readonly reachable?: boolean;
}

/** A time in the reader's time zone. On hover and on focus it shows the exact time, also in UTC. */
export function Time({ at, as = 'relative', reachable = false }: TimeProps) {
  const now = useNow();
  const date = new Date(at);
  const text =
    as === 'clock' ? clockTime(date) : as === 'date' ? `${dayOf(date)}, ${clockTime(date)}` : relativeTime(date, now);
  return (
    <time class="time" dateTime={at} data-exact={exactTime(date)} tabIndex={reachable ? 0 : undefined}>
      {text}
    </time>
  );
}
