import { describe, expect, test } from '@jest/globals';
import { fold, instant, order } from '../../shared/scim/comparison.ts';

test.each([
  ['upper and lower case', 'ANN@Bank.dk', 'ann@bank.dk'],
  ['letters beyond ASCII', 'ÆØÅ', 'æøå'],
  ['composed and decomposed letters', 'A\u030a', 'å'],
  ['the sigma within and at the end of a word', 'ΟΔΟΣ ΟΔΟΣΑ', 'οδοσ οδοσα'],
])('folds %s', (_what, text, folded) => {
  expect(fold(text)).toBe(folded);
});

test('keeps apart what only some language takes for the same', () => {
  expect(fold('ı')).not.toBe(fold('i'));
  expect(fold('ß')).not.toBe(fold('ss'));
  expect(fold('å')).not.toBe(fold('a'));
});

test('folds the beginning and the middle of a word as it folds the word', () => {
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
    expect(new Date(instant(text) ?? Number.NaN).toISOString()).toBe(expected);
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
    '+012026-01-31T12:00:00Z',
  ])('%j has none', (text) => {
    expect(instant(text)).toBeUndefined();
  });
});

test('keys are ordered by their value, text by its UTF-16 units', () => {
  expect(order('a', 'b')).toBeLessThan(0);
  expect(order('b', 'a')).toBeGreaterThan(0);
  expect(order(2, 10)).toBeLessThan(0);
  expect(order('2', '10')).toBeGreaterThan(0);
  expect(order(true, true)).toBe(0);
});
