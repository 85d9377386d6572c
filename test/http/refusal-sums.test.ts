import { beforeEach, describe, expect, test } from '@jest/globals';
import { type RefusalSums, refusalSums } from '../../shared/http/refusal-sums.ts';

const MINUTE = 60_000;
let now: number;
let sums: RefusalSums;
beforeEach(() => {
  now = 0;
  sums = refusalSums(() => now);
});

const refuse = (times: number, key = 'contoso') =>
  Array.from({ length: times }, () => sums.add(key, (count) => `${key} ${count}`)).filter((text) => text !== undefined);

describe('refusals beyond a limit', () => {
  test('are recorded at once for the first one, and once a minute for the others', () => {
    expect(refuse(1_000)).toEqual(['contoso 1']);
    expect(sums.due()).toEqual([]);
    now += MINUTE;
    expect(sums.due()).toEqual(['contoso 999']);
    expect(refuse(500)).toEqual([]);
    now += MINUTE;
    expect(sums.due()).toEqual(['contoso 500']);
  });

  test('start again after a minute without any', () => {
    refuse(2);
    now += MINUTE;
    expect(sums.due()).toEqual(['contoso 1']);
    now += MINUTE;
    expect(sums.due()).toEqual([]);
    expect(refuse(1)).toEqual(['contoso 1']);
  });

  test('are counted separately for each key', () => {
    expect([...refuse(3), ...refuse(2, 'fabrikam')]).toEqual(['contoso 1', 'fabrikam 1']);
    now += MINUTE;
    expect(sums.due()).toEqual(['contoso 2', 'fabrikam 1']);
  });
});
