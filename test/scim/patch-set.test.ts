import { describe, expect, test } from '@jest/globals';
import type { ToleranceName } from '../../shared/scim/entra.ts';
import type { JsonObject } from '../../shared/scim/json.ts';
import { patched } from './patched.ts';
import { strictReading, tolerantReading } from './readings.ts';
import { scimErrorOf } from './scim-error.ts';

const ann: JsonObject = { userName: 'ann', name: { familyName: 'Ågård' } };
const work = { type: 'work', formatted: 'Aarhus' };

describe('add and replace', () => {
  test.each<[string, object, JsonObject]>([
    ['the last sub-attribute by null', { path: 'name.familyName', value: null }, { userName: 'ann' }],
    ['a complex value by one without values', { path: 'name', value: { familyName: '' } }, { userName: 'ann' }],
    ['a simple value by null', { path: 'displayName', value: null }, ann],
    [
      'an attribute without a value',
      { path: 'name.givenName', value: 'Ann' },
      { userName: 'ann', name: { familyName: 'Ågård', givenName: 'Ann' } },
    ],
  ])('replace %s', (_what, operation, after) => {
    expect(patched(ann, [{ op: 'replace', ...operation }])).toStrictEqual(after);
  });

  test('leave an empty object instead of a string to validation, which refuses it', () => {
    const error = scimErrorOf(() => patched(ann, [{ op: 'replace', path: 'displayName', value: {} }]));
    expect(error.detail).toBe('"displayName" must be a string, not an object.');
  });

  test('set a sub-attribute in a new element if there is none yet', () => {
    expect(patched(ann, [{ op: 'add', path: 'addresses.formatted', value: 'Aarhus' }])).toStrictEqual({
      ...ann,
      addresses: [{ formatted: 'Aarhus' }],
    });
  });

  test('ignore an unknown sub-attribute with the tolerance, and refuse it otherwise', () => {
    const operations = [{ op: 'replace', path: 'name', value: { givenName: 'Ann', middleName: 'B' } }];
    const tolerated = new Set<ToleranceName>();
    const after = patched(ann, operations, { reading: tolerantReading(tolerated) });
    expect(after).toStrictEqual({ userName: 'ann', name: { familyName: 'Ågård', givenName: 'Ann' } });
    expect([...tolerated]).toEqual(['unmappedIgnored']);
    expect(scimErrorOf(() => patched(ann, operations, { reading: strictReading() }))).toEqual({
      status: 400,
      scimType: 'invalidPath',
      detail: 'BookMe does not store the sub-attribute "middlename" of name.',
    });
  });
});

describe('an operation on selected elements', () => {
  const one = { ...ann, addresses: [work, { type: 'home', formatted: 'Odense' }] };
  const path = 'addresses[type eq "work"]';

  test('adds the element that the filter describes, with the value, if there is none', () => {
    const tolerated = new Set<ToleranceName>();
    const operations = [{ op: 'add', path, value: { formatted: 'Aarhus' } }];
    expect(patched(ann, operations, { reading: tolerantReading(tolerated) })).toStrictEqual({
      ...ann,
      addresses: [work],
    });
    expect([...tolerated]).toEqual(['filteredTargetIsCreated']);
  });

  test.each(['add', 'replace'])('refuses to %s if the filter selects nothing and the tolerance is off', (op) => {
    const operations = [{ op, path, value: { formatted: 'Aarhus' } }];
    expect(scimErrorOf(() => patched(ann, operations, { reading: strictReading() }))).toEqual({
      status: 400,
      scimType: 'noTarget',
      detail: 'The filter in the path matches no element of addresses.',
    });
  });

  test('removes them if the new value is null', () => {
    expect(patched(one, [{ op: 'replace', path, value: null }])).toStrictEqual({
      ...ann,
      addresses: [{ type: 'home', formatted: 'Odense' }],
    });
  });

  test.each(['add', 'replace'])('refuses a string as the value of %s', (op) => {
    const { scimType, detail } = scimErrorOf(() => patched(one, [{ op, path, value: 'Aarhus' }]));
    expect([scimType, detail]).toEqual(['invalidValue', '"addresses[0]" must be an object, not a string.']);
  });
});

describe('the work of an operation', () => {
  /** The steps that an operation spends, one number for each call of `spend`. */
  function stepsOf(
    resource: JsonObject,
    operation: { op: string; path: string; value?: JsonObject['x'] },
  ): readonly number[] {
    const spent: number[] = [];
    patched(resource, [operation], { reading: { ...tolerantReading(), spend: (steps) => spent.push(steps) } });
    return spent;
  }

  const text = 'x'.repeat(146);
  const addresses = [work, { formatted: text }];

  test('is one step for each element, and one for 100 characters of their text', () => {
    expect(stepsOf({ addresses }, { op: 'add', path: 'addresses', value: { type: 'home', formatted: text } })).toEqual([
      3 + (4 + 6 + 146 + 4 + 146) / 100,
    ]);
    expect(stepsOf({ addresses }, { op: 'replace', path: 'addresses', value: [work] })).toEqual([1 + 10 / 100]);
  });

  test('is multiplied by the number of comparisons in the filter plus one', () => {
    const filter = 'type eq "work" or type eq "home"';
    const once = 2 + (4 + 6 + 146) / 100;
    expect(stepsOf({ addresses }, { op: 'remove', path: `addresses[${filter}].formatted` })).toEqual([3 * once]);
    expect(stepsOf({ addresses }, { op: 'replace', path: 'addresses.formatted', value: 'A' })).toEqual([once]);
  });

  test('is the number of elements times the number of elements that a removal names', () => {
    const value = [{ type: 'home' }, { type: 'other' }, { type: 'work' }];
    expect(stepsOf({ addresses }, { op: 'remove', path: 'addresses', value })).toEqual([6]);
  });

  test('is not started for more elements than are allowed', () => {
    const value = Array(101).fill(work);
    for (const op of ['add', 'replace', 'remove']) {
      const { detail } = scimErrorOf(() => stepsOf({ addresses }, { op, path: 'addresses', value }));
      expect(detail).toBe('"addresses" has more than 100 elements.');
    }
  });
});
