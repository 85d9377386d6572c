import { describe, expect, test } from '@jest/globals';
import { type ToleranceName, undoHabits } from '../../shared/scim/entra.ts';
import type { Json } from '../../shared/scim/json.ts';
import type { Operation } from '../../shared/scim/patch/operations.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { strictReading, tolerantReading } from './readings.ts';
import { scimErrorOf } from './scim-error.ts';

const URN = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** The operations that the engine receives, and the habits that were undone. */
function undone(operations: readonly Operation[], accepted = true) {
  const tolerated = new Set<ToleranceName>();
  const reading = accepted ? tolerantReading(tolerated) : { ...strictReading(), tolerated };
  const seen = undoHabits(advisors.resourceType, operations, reading);
  return { operations: seen.map((one) => structuredClone(one)), tolerated: [...tolerated] };
}

const set = (path: string, value: Json): Operation => ({ op: 'replace', path, value });
const setAll = (value: Json): Operation => ({ op: 'replace', value });

/** Each habit, an operation that has it, and the operations that it becomes. */
const habits: readonly (readonly [ToleranceName, string, Operation, readonly Operation[]])[] = [
  ['opInAnyCase', 'Replace', { op: 'Replace', path: 'active', value: true }, [set('active', true)]],
  ['opInAnyCase', 'REMOVE', { op: 'REMOVE', path: 'active' }, [{ op: 'remove', path: 'active' }]],
  ['dottedKeys', 'a path as a key', setAll({ 'name.givenName': 'Ann' }), [set('name.givenName', 'Ann')]],
  [
    'dottedKeys',
    'paths after plain names',
    setAll({ 'name.givenName': 'Ann', displayName: 'Ann', 'addresses[type eq "work"].formatted': 'Aarhus' }),
    [
      setAll({ displayName: 'Ann' }),
      set('name.givenName', 'Ann'),
      set('addresses[type eq "work"].formatted', 'Aarhus'),
    ],
  ],
  ['dottedKeys', 'a qualified name', setAll({ [`${URN}:displayName`]: 'Ann' }), [set(`${URN}:displayName`, 'Ann')]],
  [
    'dottedKeys',
    'the members under the URN',
    setAll({ [URN]: { 'name.givenName': 'Ann', displayName: 'Ann' } }),
    [setAll({ displayName: 'Ann' }), set('name.givenName', 'Ann')],
  ],
  ['wrappedValues', 'a value in an array', set('displayName', [{ value: 'Ann' }]), [set('displayName', 'Ann')]],
  [
    'wrappedValues',
    'a value beside $ref, in any case',
    set('name.givenName', [{ $REF: null, Value: 'Ann' }]),
    [set('name.givenName', 'Ann')],
  ],
  [
    'wrappedValues',
    'the sub-attribute of elements',
    set('addresses[type eq "work"].formatted', [{ value: 'Aarhus' }]),
    [set('addresses[type eq "work"].formatted', 'Aarhus')],
  ],
];

describe('the habits of Entra', () => {
  test.each(habits)('include %s, which is undone: %s', (name, _what, operation, operations) => {
    expect(undone([operation])).toEqual({ operations, tolerated: [name] });
  });

  test.each(habits)('include %s, which is not undone unless it is accepted: %s', (_name, _what, operation) => {
    expect(undone([operation], false)).toEqual({ operations: [operation], tolerated: [] });
  });

  test('are undone in each operation, in order', () => {
    const operations = [
      set('userName', 'ann'),
      { op: 'Add', value: { 'name.givenName': [{ value: 'Ann' }] } },
      { op: 'remove', path: 'displayName' },
    ];
    expect(undone(operations)).toEqual({
      operations: [
        set('userName', 'ann'),
        { op: 'add', path: 'name.givenName', value: 'Ann' },
        { op: 'remove', path: 'displayName' },
      ],
      tolerated: ['opInAnyCase', 'dottedKeys', 'wrappedValues'],
    });
  });

  test.each<[string, Operation]>([
    ['plain names', setAll({ displayName: 'Ann', name: { givenName: 'Ann' } })],
    ['names that are not stored', setAll({ 'nickName.x': 'Ann', 'urn:x:title': 'Ann' })],
    ['a text', setAll('name.givenName')],
    ['the value of a remove', { op: 'remove', value: { 'name.givenName': 'Ann' } }],
    ['a value with a path', set('name', { 'name.givenName': 'Ann' })],
    ['a string under the URN', setAll({ [URN]: 'Ann' })],
    ['plain names under the URN', setAll({ [URN]: { displayName: 'Ann' } })],
    ['two wrapped values', set('displayName', [{ value: 'Ann' }, { value: 'Bo' }])],
    ['an empty array', set('displayName', [])],
    ['a wrapped value without a path', setAll([{ value: 'Ann' }])],
    ['a string in an array', set('displayName', ['Ann'])],
    ['null in an array', set('displayName', [null])],
    ['an object without the member value', set('displayName', [{ $ref: null }])],
    ['an object with another member', set('displayName', [{ value: 'Ann', type: 'work' }])],
    ['an object outside an array', set('displayName', { value: 'Ann' })],
    ['an element of a multi-valued attribute', set('addresses', [{ value: 'Aarhus' }])],
    ['an attribute that is not stored', set('nickName', [{ value: 'Ann' }])],
    ['an invalid path', set('name.', [{ value: 'Ann' }])],
  ])('are not found in %s', (_what, operation) => {
    expect(undone([operation])).toEqual({ operations: [operation], tolerated: [] });
  });

  test.each<[string, Json, string]>([
    ['a path in two cases', { 'name.givenName': 'A', 'NAME.givenname': 'B' }, 'name.givenName'],
    ['a name with and without the URN', { displayName: 'A', [`${URN}:displayName`]: 'B' }, 'displayName'],
    ['a name beside the URN and under it', { displayName: 'A', [URN]: { DISPLAYNAME: 'B' } }, 'DISPLAYNAME'],
    [
      'a filter in two cases',
      { 'addresses[type eq "work"].formatted': 'A', 'addresses[type eq "WORK"].formatted': 'B' },
      'addresses[type eq "WORK"].formatted',
    ],
  ])('do not hide that a name occurs twice: %s', (_what, value, name) => {
    expect(scimErrorOf(() => undone([setAll(value)]))).toEqual({
      status: 400,
      scimType: 'invalidSyntax',
      detail: `The attribute "${name}" occurs twice in one object. Send it only once.`,
    });
  });

  test('are not undone if one operation would become too many operations', () => {
    const paths = Array.from({ length: 200 }, (_, at) => [`name.x${at}`, at]);
    const value = Object.fromEntries([...paths, ['NAME.X0', 1]]);
    expect(scimErrorOf(() => undone([setAll(value)])).detail).toMatch(/^A PATCH may have at most 200 operations/);
  });

  test('include paths that differ only in their filters', () => {
    const value = { 'addresses[type eq "work"].formatted': 'A', 'addresses[type eq "home"].formatted': 'B' };
    expect(undone([setAll(value)]).operations).toHaveLength(2);
  });
});
