/** The longest time between the first and the last signal of one Ctrl-C, in milliseconds. */
const ONE_PRESS = 1_000;

/** The exit code of a process that was ended by SIGINT. */
const INTERRUPTED = 130;

/** The part of `process` that is used here. */
interface Signals {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  exit(code: number): unknown;
}

/**
 * Returns a signal that is aborted by the first Ctrl-C (or SIGTERM or SIGHUP), so that the command can finish what it has started and save its state. A later
 * Ctrl-C ends the process at once. All signals within a second count as one, because the terminal and each parent process (npm, node24.mjs) pass on one Ctrl-C.
 */
export function interruption(from: Signals = process, now: () => number = () => performance.now()): AbortSignal {
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
