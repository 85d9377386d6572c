import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../shared/scim/json.ts';
import { readSort } from '../../shared/scim/sort.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { allKinds } from './a-type-of-all-kinds.ts';
import { scimErrorOf } from './scim-error.ts';

const type = advisors.resourceType;
function sorted(resources: readonly JsonObject[], sortBy: string, sortOrder?: string) {
  const { keyOf, compare } = readSort(type, sortBy, sortOrder);
  return [...resources].sort((left, right) => compare(keyOf(left), keyOf(right))).map((resource) => resource['id']);
}
const refusal = (sortBy: string, sortOrder?: string) => scimErrorOf(() => readSort(type, sortBy, sortOrder));

describe('sorting', () => {
  const named = [
    { id: 'b', userName: 'bo', active: true, meta: { created: '2026-01-01T01:00:00+02:00' } },
    { id: 'A', userName: 'ANN', active: false, meta: { created: '2026-01-01T00:00:00Z' } },
    { id: 'none' },
  ];

  test('is ascending by default and case-insensitive, with resources without a value last', () => {
    expect(sorted(named, 'userName')).toEqual(['A', 'b', 'none']);
    expect(sorted(named, 'USERNAME', 'Ascending')).toEqual(['A', 'b', 'none']);
  });

  test('can be descending, with resources without a value first', () => {
    expect(sorted(named, 'userName', 'DESCENDING')).toEqual(['none', 'b', 'A']);
  });

  test('orders booleans, dates by their instant, and URN-qualified sub-attributes', () => {
    expect(sorted(named, 'active')).toEqual(['A', 'b', 'none']);
    expect(sorted(named, 'urn:ietf:params:scim:schemas:core:2.0:User:meta.created')).toEqual(['b', 'A', 'none']);
  });

  test('respects case if the attribute is caseExact', () => {
    expect(sorted([{ id: 'a' }, { id: 'B' }], 'id')).toEqual(['B', 'a']);
  });

  test('uses the primary element, or the first one if none is primary', () => {
    const resources = [
      { id: 'first', addresses: [{ formatted: 'b' }, { formatted: 'a' }] },
      { id: 'primary', addresses: [{ formatted: 'c' }, { formatted: 'a', primary: true }] },
    ];
    expect(sorted(resources, 'addresses.formatted')).toEqual(['primary', 'first']);
  });

  test.each([
    ['nickName', undefined, 'sortBy names "nickName", which BookMe does not store.'],
    ['__proto__', undefined, 'sortBy names "__proto__", which BookMe does not store.'],
    ['', undefined, 'sortBy names "", which BookMe does not store.'],
    ['name', undefined, 'sortBy must name a sub-attribute of name.'],
    ['userName', 'upwards', 'sortOrder must be "ascending" or "descending".'],
  ])('refuses sortBy %j with sortOrder %j', (sortBy, sortOrder, detail) => {
    expect(refusal(sortBy, sortOrder)).toEqual({ status: 400, scimType: 'invalidValue', detail });
  });
});

test('a missing key is greater than any other key', () => {
  const compared = (sortOrder: string) => {
    const { compare } = readSort(type, 'userName', sortOrder);
    return [compare('a', 'b'), compare('b', 'a'), compare('a', 'a'), compare(undefined, 'a'), compare('a', undefined)];
  };
  expect(compared('ascending')).toEqual([-1, 1, 0, 1, -1]);
  expect(compared('descending')).toEqual([1, -1, 0, -1, 1]);
  expect(readSort(type, 'userName').compare(undefined, undefined)).toBe(0);
});

test('a complex attribute is sorted by its sub-attribute "value", if it has one', () => {
  const { keyOf } = readSort(allKinds, 'parts');
  expect(keyOf({ parts: [{ kind: 'a', value: 'B' }, { value: 'c' }] })).toBe('b');
  expect(keyOf({ parts: [{ value: 'B' }, { value: 'C', primary: true }] })).toBe('c');
  expect(keyOf({})).toBeUndefined();
});
