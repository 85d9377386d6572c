import { describe, expect, test } from '@jest/globals';
import { capacityTable, shortages, simulate } from '../../infra/bench/capacity.ts';
import { readPage, tableBelow } from './markdown.ts';

test('the page has the table that npm run bench -- capacity prints', () => {
  const [headings = [], ...rows] = capacityTable();
  const expected = rows.map((row) => Object.fromEntries(headings.map((heading, column) => [heading, row[column]])));
  expect(tableBelow(readPage('docs/capacity.md'), 'The table')).toEqual(expected);
});

describe('a deployment', () => {
  const quiet = { banks: 10, people: 2_000, initialCycles: 0 };

  test('needs only its always-ready instances for ten banks', () => {
    expect(simulate(quiet).instances).toBe(2);
    expect(shortages(simulate(quiet))).toEqual([]);
  });

  test('gets more requests and costs more with more banks, but costs less per bank', () => {
    const [few, many] = [simulate(quiet), simulate({ ...quiet, banks: 1_000 })];
    expect(many.peakRequests).toBeGreaterThan(few.peakRequests);
    expect(many.dollars).toBeGreaterThan(few.dollars);
    expect(many.dollars / 1_000).toBeLessThan(few.dollars / 10);
  });

  test('writes exactly the logs of the requests that the jobs send in a cycle', () => {
    const { logGigabytes } = simulate({ banks: 1, people: 0, initialCycles: 0 });
    expect(logGigabytes).toBeCloseTo((2 * 36 * 5 * 2_000) / 1e9, 12);
  });

  test('exceeds the limit of the storage account with 210 initial cycles at once, and the daily cap of the logs with large directories', () => {
    expect(shortages(simulate({ banks: 500, people: 2_000, initialCycles: 210 }))).toContain('account');
    expect(shortages(simulate({ banks: 100, people: 20_000, initialCycles: 100 }))).toEqual(['log cap']);
  });
});
