/** How long the signals of one Ctrl-C may be apart, in milliseconds. */
const ONE_PRESS = 1_000;

/** The exit code of a process that SIGINT ended. */
const INTERRUPTED = 130;

/** Where signals come from; process is one. */
interface Signalled {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  exit(code: number): unknown;
}

/**
 * Aborted by the first Ctrl-C, or when the process is told to end: the command then finishes what is under way and keeps what it has. One Ctrl-C comes more than
 * once, from the terminal and from each process in front of this one (npm, node24.mjs), so that what follows within a second is the same. The next one ends the
 * process at once.
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
