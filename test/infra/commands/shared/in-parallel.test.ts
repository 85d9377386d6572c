import { describe, expect, test } from '@jest/globals';
import { inParallel } from '../../../../infra/commands/shared/in-parallel.ts';

describe('inParallel', () => {
  test('processes the given number of items at the same time, in their order', async () => {
    const started: number[] = [];
    let running = 0;
    let most = 0;
    await inParallel([1, 2, 3, 4, 5, 6, 7], { width: 3 }, async (item) => {
      started.push(item);
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
    });
    expect(started).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  test('waits for running items when one fails, starts no more, and throws the failure', async () => {
    const finished: number[] = [];
    const work = async (item: number) => {
      if (item === 1) throw new Error('first');
      await new Promise(setImmediate);
      finished.push(item);
    };
    await expect(inParallel([1, 2, 3, 4], { width: 2 }, work)).rejects.toThrow('first');
    expect(finished).toEqual([2]);
  });

  test('starts no more items once it is stopped', async () => {
    const stop = new AbortController();
    const started: number[] = [];
    await inParallel([1, 2, 3, 4], { width: 2, stop: stop.signal }, async (item) => {
      started.push(item);
      if (item === 2) stop.abort();
    });
    expect(started).toEqual([1, 2]);
  });
});
