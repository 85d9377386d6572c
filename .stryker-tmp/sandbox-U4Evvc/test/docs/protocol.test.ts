// @ts-nocheck
import { expect, test } from '@jest/globals';
import { habits } from '../../shared/scim/entra.ts';
import { limits } from '../../shared/scim/limits.ts';
import { readPage, tableBelow } from './markdown.ts';

const page = readPage('docs/protocol.md');

test('the page has every limit with its value', () => {
  const rows = tableBelow(page, 'Limits').map(({ limit, value = '' }) => [limit, Number(value.replaceAll(',', ''))]);
  expect(Object.fromEntries(rows)).toEqual(limits);
});

test('the page has every tolerance with its reason', () => {
  const rows = tableBelow(page, 'Tolerances').map(({ tolerance, reason }) => [tolerance, reason]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(habits.map(({ name, reason }) => [name, reason])));
});
