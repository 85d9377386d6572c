import { describe, expect, test } from '@jest/globals';
import type { ToleranceName } from '../../shared/scim/entra.ts';
import type { JsonObject } from '../../shared/scim/json.ts';
import type { Reading } from '../../shared/scim/reading.ts';
import { readResource } from '../../shared/scim/values.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { strictReading, tolerantReading } from './readings.ts';
import { scimErrorOf } from './scim-error.ts';

const type = advisors.resourceType;

/** The stored form of a body. */
function storedFrom(body: JsonObject, options: { reading?: Reading; stored?: JsonObject } = {}): JsonObject {
  return structuredClone(readResource(type, body, { reading: strictReading(), ...options }));
}

const active = { active: true };

describe('a whole resource', () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      'names in any case',
      { USERNAME: 'ann', Name: { GivenName: 'Ann' } },
      { userName: 'ann', name: { givenName: 'Ann' }, ...active },
    ],
    [
      'no null',
      { userName: null, name: { givenName: null, familyName: 'A' } },
      { name: { familyName: 'A' }, ...active },
    ],
    [
      'no empty text',
      { displayName: '', name: { givenName: '', familyName: 'A' } },
      { name: { familyName: 'A' }, ...active },
    ],
    ['no empty complex value', { name: {}, userName: 'ann' }, { userName: 'ann', ...active }],
    ['no complex value of nulls', { name: { givenName: null } }, active],
    ['no empty list', { addresses: [] }, active],
    [
      'no elements that have only qualifiers',
      { addresses: [null, {}, { type: 'work' }, { type: 'home', primary: true }] },
      active,
    ],
    [
      'each element that has a value, and only once',
      { addresses: [{ formatted: 'A', type: 'work' }, null, { type: 'work', formatted: 'A' }, { formatted: 'B' }] },
      { ...active, addresses: [{ formatted: 'A', type: 'work' }, { formatted: 'B' }] },
    ],
    ['no attributes that only the service sets', { id: 'x', meta: { version: 'x' }, schemas: ['x'] }, active],
    [
      'no undeclared attributes',
      { nickName: 'a', name: { middleName: 'b', givenName: 'c' } },
      { name: { givenName: 'c' }, ...active },
    ],
    [
      'a value of the wrong type unchanged, for validation',
      { name: 'Ann', userName: 5, addresses: 'Aarhus' },
      { userName: 5, name: 'Ann', ...active, addresses: 'Aarhus' },
    ],
    [
      'an element outside a list unchanged, for validation',
      { addresses: { formatted: 'A' } },
      { ...active, addresses: { formatted: 'A' } },
    ],
  ])('is stored with %s', (_what, body, after) => {
    expect(storedFrom(body)).toStrictEqual(after);
  });

  test('is stored in the order of the declaration', () => {
    const body = { active: false, displayName: 'Ann', name: { givenName: 'A', familyName: 'B' }, userName: 'ann' };
    expect(JSON.stringify(storedFrom(body))).toBe(
      '{"userName":"ann","name":{"familyName":"B","givenName":"A"},"displayName":"Ann","active":false}',
    );
  });

  test.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['the initial value', {}, {}, active],
    ['the initial value instead of null', { active: null }, {}, active],
    ['the stored value', {}, { active: false }, { active: false }],
    ['the value of the body', { active: true }, { active: false }, active],
  ])('always has a value for an attribute with an initial value: %s', (_what, body, stored, after) => {
    expect(storedFrom(body, { stored })).toStrictEqual(after);
  });

  test('keeps an empty string for an attribute with an initial value, so that validation refuses it', () => {
    expect(storedFrom({ active: '' }, { stored: active })).toStrictEqual({ active: '' });
  });

  test.each<[string, JsonObject]>([
    ['of the resource', { userName: 'a', USERNAME: 'a' }],
    ['of a complex value', { name: { givenName: 'a', GIVENNAME: 'b' } }],
    ['of an element', { addresses: [{ type: 'a', TYPE: 'b' }] }],
  ])('is refused if a name %s occurs twice', (_what, body) => {
    expect(scimErrorOf(() => storedFrom(body)).scimType).toBe('invalidSyntax');
  });
});

describe('a departure from the RFCs in a body', () => {
  test.each<[string, JsonObject, readonly string[]]>([
    ['no departure', { userName: 'a', id: 'x', name: { givenName: 'b' }, addresses: [{ formatted: 'A' }] }, []],
    ['an undeclared attribute', { nickName: 'a' }, ['unmappedIgnored']],
    ['an undeclared sub-attribute', { name: { middleName: 'a' } }, ['unmappedIgnored']],
    ['an undeclared sub-attribute of an element', { addresses: [{ country: 'DK' }] }, ['unmappedIgnored']],
    ['a boolean as a string', { active: 'False' }, ['booleansAsText']],
    ['a boolean as a string in an element', { addresses: [{ formatted: 'A', primary: 'TRUE' }] }, ['booleansAsText']],
    ['a string that does not spell a boolean', { active: 'no' }, []],
    [
      'a string that spells a boolean, in an attribute of type string',
      { displayName: 'True', addresses: [{ formatted: 'false' }] },
      [],
    ],
  ])('is recorded if the body has one and it is accepted: %s', (_what, body, tolerances) => {
    const tolerated = new Set<ToleranceName>();
    storedFrom(body, { reading: tolerantReading(tolerated) });
    expect([...tolerated]).toEqual(tolerances);
    const strict = strictReading();
    storedFrom(body, { reading: strict });
    expect([...strict.tolerated]).toEqual([]);
  });

  test('can be a boolean as a string, which is converted with the tolerance and otherwise left to validation', () => {
    const body = { active: 'False', addresses: [{ formatted: 'A', primary: 'tRUE' }] };
    const after = { active: false, addresses: [{ formatted: 'A', primary: true }] };
    expect(storedFrom(body, { reading: tolerantReading() })).toStrictEqual(after);
    expect(storedFrom(body)).toStrictEqual(body);
    expect(storedFrom({ active: 'no' }, { reading: tolerantReading() })).toStrictEqual({ active: 'no' });
  });
});
