import { beforeEach, describe, expect, test } from '@jest/globals';
import { rateLimit, type TakeToken } from '../../shared/auth/rate-limit.ts';
import { ScimError } from '../../shared/scim/errors.ts';

let now: number;
let take: TakeToken;
beforeEach(() => {
  now = 0;
  take = rateLimit({ perSecond: 10, burst: 5 }, () => now);
});

/** How many of so many requests at once are let through. */
function passed(count: number, key = 'contoso'): number {
  return Array.from({ length: count }, () => refusalOf(key)).filter((refusal) => refusal === undefined).length;
}

function refusalOf(key: string): ScimError | undefined {
  try {
    take(key);
    return undefined;
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
}

describe('a bucket', () => {
  test('lets a burst through, and no more', () => {
    expect(passed(8)).toBe(5);
  });

  test('fills up at its rate, and refusals take nothing', () => {
    passed(50);
    now += 100;
    expect(passed(5)).toBe(1);
    now += 300;
    expect(passed(5)).toBe(3);
  });

  test('holds no more than a burst, however long nothing comes', () => {
    now += 3_600_000;
    expect(passed(8)).toBe(5);
  });

  test('lets the rate through for ever', () => {
    passed(5);
    let through = 0;
    for (let second = 0; second < 100; second += 1) {
      now += 1_000;
      through += passed(20);
    }
    expect(through).toBe(500);
  });

  test('is for one key alone', () => {
    passed(8);
    expect(passed(8, 'fabrikam')).toBe(5);
  });

  test('is kept while others come and go', () => {
    passed(5);
    for (let number = 0; number < 3_000; number += 1) refusalOf(`tenant ${number}`);
    expect(passed(1)).toBe(0);
  });
});

test('a refusal is 429 and says when to come back', () => {
  passed(5);
  expect(refusalOf('contoso')).toMatchObject({ status: 429, reason: 'rateLimit', headers: { 'retry-after': '1' } });
  take = rateLimit({ perSecond: 0.25, burst: 1 }, () => now);
  passed(1);
  expect(refusalOf('contoso')?.headers).toEqual({ 'retry-after': '4' });
  now += 3_000;
  expect(refusalOf('contoso')?.headers).toEqual({ 'retry-after': '1' });
});
