import { setImmediate as yieldToEventLoop } from 'node:timers/promises';

/** How long one request may keep the event loop from the others, in milliseconds. */
const SHARE = 5;

/**
 * Goes through items that each take little time. Other requests get the event loop first, because the caller has usually just parsed a page of
 * rows, and then again whenever the items have used up their share of time.
 */
export async function* inTurns<T>(items: Iterable<T>): AsyncGenerator<T> {
  let until = 0;
  for (const item of items) {
    if (performance.now() > until) {
      await yieldToEventLoop();
      until = performance.now() + SHARE;
    }
    yield item;
  }
}
