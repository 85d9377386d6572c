/** The longest time between the first and the last signal of one Ctrl-C, in milliseconds. */
const ONE_PRESS = 1_000;

/** The exit code of a process that was ended by SIGINT. */
const INTERRUPTED = 130;

/** Where signals come from; process is one. */
interface Signalled {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  exit(code: number): unknown;
}

/**
 * Returns a signal that the first Ctrl-C (or SIGTERM or SIGHUP) aborts: the command then finishes the work it has started and saves its state. The process receives
 * one Ctrl-C several times, from the terminal and from each parent process (npm, node24.mjs), so all signals within a second count as one. A later Ctrl-C ends
 * the process at once.
 */
export function interruption(from: Signalled = process, now: () => number = () => performance.now()): AbortSignal {
  const stop = new AbortController();
  let first: number | undefined;
  const end = () => {
    first ??= now();
    if (now() - first > ONE_PRESS) from.exit(INTERRUPTED);
    stop.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) from.on(signal, end);
  return stop.signal;
}
