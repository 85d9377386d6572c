import { describe, expect, test } from '@jest/globals';
import {
  ComparisonError,
  comparableText,
  compare,
  fold,
  parseBoolean,
  parseDateTime,
  sortKey,
} from '../../shared/scim/comparison.ts';
import type { ToleranceName } from '../../shared/scim/entra.ts';
import { readFilter } from '../../shared/scim/match.ts';
import { allKinds } from './a-type-of-all-kinds.ts';
import { strictReading, tolerantReading } from './readings.ts';
import { scimErrorOf } from './scim-error.ts';

test.each([
  ['upper and lower case', 'ANN@Bank.dk', 'ann@bank.dk'],
  ['letters beyond ASCII', 'ÆØÅ', 'æøå'],
  ['composed and decomposed letters', 'A\u030a', 'å'],
  ['the sigma within and at the end of a word', 'ΟΔΟΣ ΟΔΟΣΑ', 'οδοσ οδοσα'],
])('folds %s', (_what, text, folded) => {
  expect(fold(text)).toBe(folded);
});

test('distinguishes letters that are equal only in some languages', () => {
  expect(fold('ı')).not.toBe(fold('i'));
  expect(fold('ß')).not.toBe(fold('ss'));
  expect(fold('å')).not.toBe(fold('a'));
});

test('folds the beginning of a word like the whole word', () => {
  expect(fold('ΟΔΟΣΑ').startsWith(fold('ΟΔΟΣ'))).toBe(true);
});

describe('the instant of a date', () => {
  test.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31t12:00:00z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.1234567Z', '2026-01-31T12:00:00.123Z'],
    ['2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T23:30:00-01:00', '2026-02-01T00:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(new Date(parseDateTime(text) ?? Number.NaN).toISOString()).toBe(expected);
  });

  test.each([
    '',
    '2026',
    '2026-01-31',
    '31-01-2026T12:00:00Z',
    '2026-01-31 12:00:00Z',
    '2026-02-30T12:00:00Z',
    '2025-02-29T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-01-31T25:00:00Z',
    '2026-01-31T12:00:60Z',
    '2026-01-31T12:00:00+25:00',
    '2026-01-31T12:00:00ZZ',
    '2026-01-31T12:00:00Z (x)',
    '2026-01-31T12:00:00 (x)',
    '2026-01-31T12:00:00.1Z1',
    'x2026-01-31T12:00:00Z',
    '+012026-01-31T12:00:00Z',
  ])('%j has none', (text) => {
    expect(parseDateTime(text)).toBeUndefined();
  });
});

test('keys are compared by their values, and texts by their UTF-16 units', () => {
  expect(compare('a', 'b')).toBeLessThan(0);
  expect(compare('b', 'a')).toBeGreaterThan(0);
  expect(compare(2, 10)).toBeLessThan(0);
  expect(compare('2', '10')).toBeGreaterThan(0);
  expect(compare(true, true)).toBe(0);
  expect(compare('a', 'a')).toBe(0);
  expect(compare(false, true)).toBe(-1);
  expect(compare(true, false)).toBe(1);
});

test('the sort key of a value depends on the type of its attribute, and a value that cannot be ordered has none', () => {
  const attribute = (name: string) => {
    const found = allKinds.attribute(name);
    if (!found) throw new Error(`The type has no ${name}.`);
    return found;
  };
  expect(sortKey(attribute('text'), 'ÅSE')).toBe('åse');
  expect(sortKey(attribute('exact'), 'ÅSE')).toBe('ÅSE');
  expect(sortKey(attribute('since'), '2026-01-31T12:00:00Z')).toBe(Date.UTC(2026, 0, 31, 12));
  expect(sortKey(attribute('since'), 'x')).toBeUndefined();
  expect([5, true, false].map((value) => sortKey(attribute('count'), value))).toEqual([5, true, false]);
  for (const value of [undefined, null, [], {}, ['a']]) expect(sortKey(attribute('text'), value)).toBeUndefined();
  expect(sortKey(attribute('text'), 'a', (text) => `${text}!`)).toBe('a!');
  expect(comparableText(attribute('exact'), 'A', (text) => `${text}!`)).toBe('A');
});

test.each([
  ['true', true],
  ['TRUE', true],
  ['False', false],
  ['', undefined],
  ['yes', undefined],
  ['true ', undefined],
])('parseBoolean reads %j as %s', (text, value) => {
  expect(parseBoolean(text)).toBe(value);
});

test('a ComparisonError has its own name', () => {
  expect(new ComparisonError('x').name).toBe('ComparisonError');
});

describe('a filter', () => {
  const resource = { text: 'ÅSE', exact: 'ÅSE', count: 5, share: 0.5, since: '2026-01-31T12:00:00+01:00', flag: true };
  const matches = (filter: string, reading = strictReading()) => readFilter(allKinds, filter, reading).test(resource);

  test.each([
    ['count eq 5', true],
    ['count ne 5', false],
    ['count gt 4', true],
    ['count gt 5', false],
    ['count ge 5', true],
    ['count ge 6', false],
    ['count lt 10', true],
    ['count lt 5', false],
    ['count le 5', true],
    ['count le 4', false],
    ['share eq 0.5', true],
    ['share gt 0.25', true],
    ['text eq "åse"', true],
    ['exact eq "åse"', false],
    ['exact sw "ÅS"', true],
    ['text co "s"', true],
    ['text ew "SE"', true],
    ['text gt "A"', true],
    ['since eq "2026-01-31T11:00:00Z"', true],
    ['since eq "2026-01-31T12:00:00Z"', false],
    ['since gt "2026-01-31T10:59:59Z"', true],
    ['since lt "2026-01-31T11:00:00Z"', false],
    ['since sw "2026-01-31t11"', true],
    ['since co "2026"', true],
    ['since ew ".000Z"', true],
    ['flag eq true', true],
    ['flag ne true', false],
  ])('%s matches: %s', (filter, expected) => {
    expect(matches(filter)).toBe(expected);
  });

  test.each([
    ['count eq "5"', 'count must be compared with a number'],
    ['count co 5', 'count must be compared with a number'],
    ['share sw "0"', 'share must be compared with a number'],
    ['since eq "2026"', 'since must be compared with a date such as "2026-01-31T12:00:00Z"'],
    ['since gt 5', 'since must be compared with a date such as "2026-01-31T12:00:00Z"'],
    ['since co 5', 'since must be compared with text in double quotes'],
    ['text eq 5', 'text must be compared with text in double quotes'],
    ['flag eq 1', 'flag must be compared with true or false'],
    ['flag eq "true"', 'flag must be compared with true or false'],
    ['flag gt true', 'flag is a boolean, which can be compared only with eq and ne'],
  ])('is refused: %s', (filter, reason) => {
    const { scimType, detail } = scimErrorOf(() => matches(filter));
    expect([scimType, detail]).toEqual(['invalidFilter', expect.stringContaining(reason)]);
  });

  test('can compare a boolean with a string that spells one, with the tolerance', () => {
    const tolerated = new Set<ToleranceName>();
    expect(matches('flag eq "TRUE"', tolerantReading(tolerated))).toBe(true);
    expect([...tolerated]).toEqual(['booleansAsText']);
    expect(scimErrorOf(() => matches('flag eq "yes"', tolerantReading())).scimType).toBe('invalidFilter');
    tolerated.clear();
    expect(matches('flag eq true', tolerantReading(tolerated))).toBe(true);
    expect([...tolerated]).toEqual([]);
  });
});
