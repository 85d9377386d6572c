import { useEffect, useState } from 'preact/hooks';
import { ask, NotAnswered } from './ask.ts';

/** An answer that is requested again and again while the page is visible. */
export interface Polled<T> {
  readonly value?: T;
  /** Why the last request failed. The value is then that of the request before. */
  readonly failure?: NotAnswered;
}

/** How long the page waits between two requests, in milliseconds. */
export const PAUSE = 900;

/** Sends a request, and again some time after each answer, until the component is unmounted. A hidden tab sends none. */
export function usePolled<T>(path: string, pause = PAUSE): Polled<T> {
  const [state, setState] = useState<Polled<T> & { readonly path?: string }>({});
  useEffect(
    () =>
      repeat(pause, async () => {
        try {
          setState({ value: await ask<T>(path), path });
        } catch (error) {
          const failure = asNotAnswered(error);
          setState((before) => ({ ...(before.path === path ? before : {}), failure, path }));
        }
      }),
    [path, pause],
  );
  return state.path === path ? state : {};
}

/** Repeats until the returned function is called; `step` never rejects. Waits while the tab is hidden. */
export function repeat(pause: number, step: () => Promise<void>): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  async function run(): Promise<void> {
    timer = undefined;
    if (!document.hidden) await step();
    if (!stopped) timer = setTimeout(run, pause);
  }
  function wake(): void {
    if (document.hidden || timer === undefined) return;
    clearTimeout(timer);
    void run();
  }
  document.addEventListener('visibilitychange', wake);
  void run();
  return () => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', wake);
  };
}

export const asNotAnswered = (error: unknown): NotAnswered =>
  error instanceof NotAnswered ? error : new NotAnswered(0, 'The answer of the console could not be read.');
