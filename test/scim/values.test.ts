import { describe, expect, test } from '@jest/globals';
import type { ToleranceName } from '../../shared/scim/entra.ts';
import type { JsonObject } from '../../shared/scim/json.ts';
import type { Reading } from '../../shared/scim/reading.ts';
import { readResource } from '../../shared/scim/values.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { strictReading, tolerantReading } from './readings.ts';
import { scimErrorOf } from './scim-error.ts';

const type = advisors.resourceType;

/** The attributes of a body that are stored, in the order in which they are stored. */
function kept(body: JsonObject, options: { reading?: Reading; stored?: JsonObject } = {}): JsonObject {
  return structuredClone(readResource(type, body, { reading: strictReading(), ...options }));
}

const active = { active: true };

describe('a resource that is written whole', () => {
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
      'no list of elements that have only qualifiers',
      { addresses: [null, {}, { type: 'work' }, { type: 'home', primary: true }] },
      active,
    ],
    [
      'elements that have a value, and each only once',
      { addresses: [{ formatted: 'A', type: 'work' }, null, { type: 'work', formatted: 'A' }, { formatted: 'B' }] },
      { ...active, addresses: [{ formatted: 'A', type: 'work' }, { formatted: 'B' }] },
    ],
    ['nothing that only the service may set', { id: 'x', meta: { version: 'x' }, schemas: ['x'] }, active],
    [
      'nothing that is not declared',
      { nickName: 'a', name: { middleName: 'b', givenName: 'c' } },
      { name: { givenName: 'c' }, ...active },
    ],
    [
      'a wrong type as it is, for validation',
      { name: 'Ann', userName: 5, addresses: 'Aarhus' },
      { userName: 5, name: 'Ann', ...active, addresses: 'Aarhus' },
    ],
    [
      'one element that is not in a list, for validation',
      { addresses: { formatted: 'A' } },
      { ...active, addresses: { formatted: 'A' } },
    ],
  ])('is stored with %s', (_what, body, after) => {
    expect(kept(body)).toStrictEqual(after);
  });

  test('is stored in the order of the declaration', () => {
    const body = { active: false, displayName: 'Ann', name: { givenName: 'A', familyName: 'B' }, userName: 'ann' };
    expect(JSON.stringify(kept(body))).toBe(
      '{"userName":"ann","name":{"familyName":"B","givenName":"A"},"displayName":"Ann","active":false}',
    );
  });

  test.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['the initial one', {}, {}, active],
    ['the initial one for null', { active: null }, {}, active],
    ['the one that stands', {}, { active: false }, { active: false }],
    ['the one that is given', { active: true }, { active: false }, active],
  ])('gets a value for an omitted attribute that has an initial value: %s', (_what, body, stored, after) => {
    expect(kept(body, { stored })).toStrictEqual(after);
  });

  test('leaves an empty text of an attribute that has an initial value for validation', () => {
    expect(kept({ active: '' }, { stored: active })).toStrictEqual({ active: '' });
  });

  test.each<[string, JsonObject]>([
    ['of the resource', { userName: 'a', USERNAME: 'a' }],
    ['of a complex value', { name: { givenName: 'a', GIVENNAME: 'b' } }],
    ['of an element', { addresses: [{ type: 'a', TYPE: 'b' }] }],
  ])('is refused with a name %s twice', (_what, body) => {
    expect(scimErrorOf(() => kept(body)).scimType).toBe('invalidSyntax');
  });
});

describe('a departure from the RFCs in a body', () => {
  test.each<[string, JsonObject, readonly string[]]>([
    ['nothing', { userName: 'a', id: 'x', name: { givenName: 'b' }, addresses: [{ formatted: 'A' }] }, []],
    ['an attribute', { nickName: 'a' }, ['unmappedIgnored']],
    ['a sub-attribute', { name: { middleName: 'a' } }, ['unmappedIgnored']],
    ['a sub-attribute of an element', { addresses: [{ country: 'DK' }] }, ['unmappedIgnored']],
    ['a boolean as text', { active: 'False' }, ['booleansAsText']],
    ['a boolean as text in an element', { addresses: [{ formatted: 'A', primary: 'TRUE' }] }, ['booleansAsText']],
    ['text that is not a boolean', { active: 'no' }, []],
    ['text that spells a boolean where text belongs', { displayName: 'True', addresses: [{ formatted: 'false' }] }, []],
  ])('is recorded if it is accepted, and only then: %s', (_what, body, tolerances) => {
    const tolerated = new Set<ToleranceName>();
    kept(body, { reading: tolerantReading(tolerated) });
    expect([...tolerated]).toEqual(tolerances);
    const strict = strictReading();
    kept(body, { reading: strict });
    expect([...strict.tolerated]).toEqual([]);
  });

  test('booleans as text are read if they are accepted, and otherwise left for validation', () => {
    const body = { active: 'False', addresses: [{ formatted: 'A', primary: 'tRUE' }] };
    const after = { active: false, addresses: [{ formatted: 'A', primary: true }] };
    expect(kept(body, { reading: tolerantReading() })).toStrictEqual(after);
    expect(kept(body)).toStrictEqual(body);
    expect(kept({ active: 'no' }, { reading: tolerantReading() })).toStrictEqual({ active: 'no' });
  });
});
