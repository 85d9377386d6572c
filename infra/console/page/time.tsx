import { useEffect, useState } from 'preact/hooks';
import { clockTime, dayOf, exactTime, relativeTime } from './moment.ts';

const TICK = 5_000;
const listeners = new Set<() => void>();
setInterval(() => {
  for (const update of listeners) update();
}, TICK);

/** The current time. The component is rendered again every few seconds. */
export function useNow(): Date {
  const [, tick] = useState(0);
  useEffect(() => {
    const update = () => tick((count) => count + 1);
    listeners.add(update);
    return () => void listeners.delete(update);
  }, []);
  return new Date();
}

interface TimeProps {
  readonly at: string;
  /** The format: `2 minutes ago`, `14:02`, or `30 Nov 2026, 14:02`. */
  readonly as?: 'relative' | 'clock' | 'date';
  /** Whether the Tab key reaches it. In long lists it does not: the view of the resource shows the same time. */
  readonly reachable?: boolean;
}

/** A time in the reader's time zone. On hover and focus it shows the exact time, in UTC too. */
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
