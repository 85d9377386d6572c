/** A value that is renewed in the background, at most once per interval. No request waits for it. */
export interface Background<T> {
  readonly value: () => T;
  /** Renews the value if it is too old. */
  readonly touch: () => Promise<void>;
  /** Why the last renewal failed. */
  readonly failure: () => unknown;
}

/** Renews a value with `read`. If that fails, the last value is kept. */
export function inBackground<T>(first: T, every: number, read: () => Promise<T>): Background<T> {
  let value = first;
  let failure: unknown;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  async function renew(): Promise<void> {
    try {
      value = await read();
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    readAt = performance.now();
    reading = undefined;
  }

  function touch(): Promise<void> {
    if (!reading && performance.now() - readAt >= every) reading = renew();
    return reading ?? Promise.resolve();
  }

  return { value: () => value, touch, failure: () => failure };
}
