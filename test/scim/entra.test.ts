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

/** What one operation becomes. */
const habits: readonly (readonly [ToleranceName, string, Operation, readonly Operation[]])[] = [
  ['opInAnyCase', 'Replace', { op: 'Replace', path: 'active', value: true }, [set('active', true)]],
  ['opInAnyCase', 'REMOVE', { op: 'REMOVE', path: 'active' }, [{ op: 'remove', path: 'active' }]],
  ['dottedKeys', 'a path as a key', setAll({ 'name.givenName': 'Ann' }), [set('name.givenName', 'Ann')]],
  [
    'dottedKeys',
    'paths beside names, which come first',
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
  test.each(habits)('%s is undone: %s', (name, _what, operation, operations) => {
    expect(undone([operation])).toEqual({ operations, tolerated: [name] });
  });

  test.each(habits)('%s is not undone if it is not accepted: %s', (_name, _what, operation) => {
    expect(undone([operation], false)).toEqual({ operations: [operation], tolerated: [] });
  });

  test('are undone together, each operation by itself and in order', () => {
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
    ['names alone', setAll({ displayName: 'Ann', name: { givenName: 'Ann' } })],
    ['names that are not kept', setAll({ 'nickName.x': 'Ann', 'urn:x:title': 'Ann' })],
    ['a text', setAll('name.givenName')],
    ['the value of a remove', { op: 'remove', value: { 'name.givenName': 'Ann' } }],
    ['a value under a path', set('name', { 'name.givenName': 'Ann' })],
    ['the URN with a text under it', setAll({ [URN]: 'Ann' })],
    ['the URN with names alone under it', setAll({ [URN]: { displayName: 'Ann' } })],
    ['two wrapped values', set('displayName', [{ value: 'Ann' }, { value: 'Bo' }])],
    ['no value in an array', set('displayName', [])],
    ['a wrapped value without a path', setAll([{ value: 'Ann' }])],
    ['an array of a text', set('displayName', ['Ann'])],
    ['an array of null', set('displayName', [null])],
    ['an object without a value', set('displayName', [{ $ref: null }])],
    ['an object with something besides', set('displayName', [{ value: 'Ann', type: 'work' }])],
    ['a value that is not in an array', set('displayName', { value: 'Ann' })],
    ['an element of an attribute of many', set('addresses', [{ value: 'Aarhus' }])],
    ['an attribute that is not kept', set('nickName', [{ value: 'Ann' }])],
    ['a path that is none', set('name.', [{ value: 'Ann' }])],
  ])('are not suspected in %s', (_what, operation) => {
    expect(undone([operation])).toEqual({ operations: [operation], tolerated: [] });
  });

  test.each<[string, Json, string]>([
    ['a name in two cases of paths', { 'name.givenName': 'A', 'NAME.givenname': 'B' }, 'name.givenName'],
    ['a name and its qualified form', { displayName: 'A', [`${URN}:displayName`]: 'B' }, 'displayName'],
    ['a name beside the URN and under it', { displayName: 'A', [URN]: { DISPLAYNAME: 'B' } }, 'DISPLAYNAME'],
    [
      'a filter in two cases',
      { 'addresses[type eq "work"].formatted': 'A', 'addresses[type eq "WORK"].formatted': 'B' },
      'addresses[type eq "WORK"].formatted',
    ],
  ])('do not hide %s', (_what, value, name) => {
    expect(scimErrorOf(() => undone([setAll(value)]))).toEqual({
      status: 400,
      scimType: 'invalidSyntax',
      detail: `The attribute "${name}" occurs twice in one object. Send it only once.`,
    });
  });

  test('are not undone if one operation would become too many', () => {
    const paths = Array.from({ length: 200 }, (_, at) => [`name.x${at}`, at]);
    const value = Object.fromEntries([...paths, ['NAME.X0', 1]]);
    expect(scimErrorOf(() => undone([setAll(value)])).detail).toMatch(/^A PATCH may have at most 200 operations/);
  });

  test('treat two filters as two paths', () => {
    const value = { 'addresses[type eq "work"].formatted': 'A', 'addresses[type eq "home"].formatted': 'B' };
    expect(undone([setAll(value)]).operations).toHaveLength(2);
  });
});
