import { useEffect, useState } from 'preact/hooks';
import { fetchJson, RequestFailed } from './fetch-json.ts';

/** A response that is requested again and again while the page is visible. */
export interface Polled<T> {
  readonly value?: T;
  /** Why the last request failed. The value is then from an earlier request. */
  readonly failure?: RequestFailed;
}

/** How long the page waits between two requests, in milliseconds. */
export const PAUSE = 900;

/** Repeats a request, with a pause after each response, until the component is unmounted. A hidden tab sends none. */
export function usePolled<T>(path: string, pause = PAUSE): Polled<T> {
  const [state, setState] = useState<Polled<T> & { readonly path?: string }>({});
  useEffect(
    () =>
      repeat(pause, async () => {
        try {
          setState({ value: await fetchJson<T>(path), path });
        } catch (error) {
          const failure = asRequestFailed(error);
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

/** The error as a RequestFailed. */
export const asRequestFailed = (error: unknown): RequestFailed =>
  error instanceof RequestFailed ? error : new RequestFailed(0, 'The response of the console could not be read.');
