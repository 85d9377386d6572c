import { expect, test } from '@jest/globals';
import type { ChangeInfo } from '../../../infra/console/api.ts';
import { periodsOf } from '../../../infra/console/page/periods.ts';

const now = new Date(2026, 10, 30, 14, 25);

const change = (word: ChangeInfo['change'], at: Date): ChangeInfo => ({
  key: at.toISOString(),
  at: at.toISOString(),
  change: word,
  id: 'id',
  attributes: [],
  token: '',
});

test("changes are counted by days in the reader's time zone, and the last day is today", () => {
  const periods = periodsOf(
    [
      change('created', new Date(2026, 10, 30, 0, 0)),
      change('created', new Date(2026, 10, 30, 14, 24)),
      change('deleted', new Date(2026, 10, 29, 23, 59)),
      change('created', new Date(2026, 9, 1)),
    ],
    'day',
    now,
  );
  expect(periods).toHaveLength(30);
  expect(periods.at(-1)).toEqual({
    start: new Date(2026, 10, 30),
    counts: { created: 2, updated: 0, disabled: 0, restored: 0, deleted: 0 },
  });
  expect(periods.at(-2)?.counts.deleted).toBe(1);
  expect(periods.reduce((sum, { counts }) => sum + counts.created, 0)).toBe(2);
});

test('changes are counted by hours for two days, and a move counts as an update', () => {
  const periods = periodsOf(
    [change('moved', new Date(2026, 10, 30, 14, 1)), change('updated', new Date(2026, 10, 30, 13))],
    'hour',
    now,
  );
  expect(periods).toHaveLength(48);
  expect(periods.slice(-2).map(({ counts }) => counts.updated)).toEqual([1, 1]);
});
