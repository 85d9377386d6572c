import { expect, test } from '@jest/globals';
import { inTurns } from '../../shared/store/in-turns.ts';
import { turnsDuring } from './turns-during.ts';

/** Keeps the event loop for this many milliseconds. */
function work(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

async function collect<T>(items: Iterable<T>, act: () => void = () => undefined): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const item of inTurns(items)) {
    act();
    collected.push(item);
  }
  return collected;
}

test('the items come in their order, and none if there are none', async () => {
  expect(await collect(['b', 'a', 'c'])).toEqual(['b', 'a', 'c']);
  expect(await collect([])).toEqual([]);
});

test('others get the event loop before the first item, and after each share of time', async () => {
  expect(await turnsDuring(() => collect([1]))).toBeGreaterThanOrEqual(1);
  expect(await turnsDuring(() => collect([1, 2, 3], () => work(6)))).toBeGreaterThanOrEqual(3);
});

test('items that take little time share a turn', async () => {
  expect(await turnsDuring(() => collect(Array(10_000).keys()))).toBeLessThan(1_000);
});
