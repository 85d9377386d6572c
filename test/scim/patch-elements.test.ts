import { describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../shared/scim/json.ts';
import type { Operation } from '../../shared/scim/patch/operations.ts';
import { allKinds } from './a-type-of-all-kinds.ts';
import { patched } from './patched.ts';
import { scimErrorOf } from './scim-error.ts';

const add = (path: string, value: Json): Operation => ({ op: 'add', path, value });
const replace = (path: string, value: Json): Operation => ({ op: 'replace', path, value });

const work = { type: 'work', formatted: 'Aarhus', primary: true };
const home = { type: 'home', formatted: 'Odense' };
const ann: JsonObject = { userName: 'ann', active: true, addresses: [work, home] };

describe('the primary element', () => {
  const other = { type: 'other', formatted: 'Ribe', primary: true };
  const no = { primary: false };

  test.each<[string, Operation, readonly JsonObject[]]>([
    ['adding a primary element', add('addresses', other), [{ ...work, ...no }, home, other]],
    [
      'making an element primary',
      add('addresses[type eq "home"].primary', true),
      [
        { ...work, ...no },
        { ...home, primary: true },
      ],
    ],
    ['adding an element that is not primary', add('addresses', { ...other, ...no }), [work, home, { ...other, ...no }]],
    [
      'changing another element',
      replace('addresses[type eq "home"].formatted', 'Ribe'),
      [work, { ...home, formatted: 'Ribe' }],
    ],
    [
      'changing the primary element itself',
      replace('addresses[type eq "work"].formatted', 'Ribe'),
      [{ ...work, formatted: 'Ribe' }, home],
    ],
  ])('is correct after %s', (_what, operation, addresses) => {
    expect(patched(ann, [operation])).toStrictEqual({ ...ann, addresses });
  });

  test('cannot be one of two in an operation', () => {
    const { scimType } = scimErrorOf(() => patched(ann, [add('addresses', [other, { ...other, type: 'x' }])]));
    expect(scimType).toBe('invalidValue');
  });
});

describe('after the last operation', () => {
  test.each<[string, readonly Operation[], readonly JsonObject[] | undefined]>([
    ['an element that has only qualifiers is removed', [add('addresses', { type: 'other' })], [work, home]],
    [
      'an element that has only qualifiers left is removed',
      [replace('addresses[type eq "work"].formatted', null)],
      [home],
    ],
    [
      'an element that a later operation completes is kept',
      [add('addresses', { type: 'other' }), add('addresses[type eq "other"].formatted', 'Ribe')],
      [work, home, { type: 'other', formatted: 'Ribe' }],
    ],
    [
      'elements that have become equal are reduced to one',
      [replace('addresses.type', 'home'), replace('addresses.formatted', 'Odense'), replace('addresses.primary', null)],
      [home],
    ],
    ['a list that has become empty is removed', [replace('addresses.formatted', '')], undefined],
  ])('%s', (_what, operations, addresses) => {
    const { addresses: _, ...rest } = ann;
    expect(patched(ann, operations)).toStrictEqual({ ...rest, ...(addresses && { addresses }) });
  });
});

describe('an attribute that no operation names', () => {
  test('is unchanged, even if its value would be refused today', () => {
    const before = { active: true, addresses: [work, { type: 'home', formatted: 'x'.repeat(32_000) }] };
    expect(patched(before, [replace('active', false)])).toStrictEqual({ ...before, active: false });
  });

  test('does not become a list if it is single-valued', () => {
    const before = { mood: { kind: 'k' } };
    expect(patched(before, [replace('text', 'a')], { type: allKinds })).toStrictEqual({ ...before, text: 'a' });
  });
});

describe('a multi-valued attribute', () => {
  test('has each element only once', () => {
    expect(patched(ann, [add('addresses', [{ formatted: 'Odense', type: 'home' }])])).toStrictEqual(ann);
    expect(patched(ann, [replace('addresses', [home, home])])).toStrictEqual({ ...ann, addresses: [home] });
  });

  test('can be replaced by one element, by null and by an empty list', () => {
    expect(patched(ann, [replace('addresses', home)])).toStrictEqual({ ...ann, addresses: [home] });
    for (const value of [null, [], [null]])
      expect(patched(ann, [replace('addresses', value)])).toStrictEqual({ userName: 'ann', active: true });
  });

  test('can have exactly as much text as fits', () => {
    const text = (length: number) => [{ type: 'work', formatted: 'x'.repeat(length) }];
    const whole = 32_000 - 'work'.length;
    const { detail } = scimErrorOf(() => patched(ann, [replace('addresses', text(whole + 1))]));
    expect(detail).toBe(
      '"addresses" is too long: all its elements together may have at most 32000 characters of JSON.',
    );
    expect(patched(ann, [replace('addresses', text(whole))])['addresses']).toEqual(text(whole));
  });

  test('of strings has each string only once, and no empty one', () => {
    const kinds = (operation: Operation) => patched({ tags: ['a'] }, [operation], { type: allKinds });
    expect(kinds(add('tags', ['b', 'a', ''])).tags).toEqual(['a', 'b']);
    expect(kinds(replace('tags', 'c')).tags).toEqual(['c']);
  });
});

describe('an attribute that a client cannot set', () => {
  const before: JsonObject = {
    id: '1',
    birth: 'b',
    meta: { version: 'v', resourceType: 'Kind' },
    place: { code: 'c', region: 'r', country: 'DK' },
    text: 'a',
  };
  const replaced = (path: string, value: Json, from = before) =>
    patched(from, [replace(path, value)], { type: allKinds });

  test.each<[string, Json]>([
    ['id', '1'],
    ['meta', { version: 'v' }],
    ['meta', { resourceType: 'Kind', version: 'v' }],
    ['meta.version', 'v'],
    ['birth', 'b'],
    ['place.code', 'c'],
    ['place.region', 'r'],
  ])('can be sent with its current value: %s, %j', (path, value) => {
    expect(replaced(path, value)).toStrictEqual(before);
  });

  test.each<[string, Json, string]>([
    ['id', '2', 'readOnly'],
    ['meta', { version: 'w' }, 'readOnly'],
    ['meta', { version: 'v', resourceType: 'x' }, 'readOnly'],
    ['meta', 'v', 'readOnly'],
    ['meta', null, 'readOnly'],
    ['meta', '', 'readOnly'],
    ['meta.version', 'w', 'readOnly'],
    ['meta.location', 'x', 'readOnly'],
    ['birth', 'c', 'immutable'],
    ['birth', null, 'immutable'],
    ['place.code', 'd', 'immutable'],
    ['place.region', 's', 'readOnly'],
  ])('cannot be changed: %s to %j', (path, value, mutability) => {
    expect(scimErrorOf(() => replaced(path, value))).toEqual({
      status: 400,
      scimType: 'mutability',
      detail: `"${path}" cannot be changed: it is ${mutability}.`,
    });
  });

  test('can be set once if it is immutable', () => {
    expect(replaced('birth', 'b', { text: 'a' })).toStrictEqual({ text: 'a', birth: 'b' });
    expect(replaced('place', { code: 'c', country: 'DK' }, {})).toStrictEqual({ place: { code: 'c', country: 'DK' } });
    expect(replaced('place.code', 'c', { place: { country: 'DK' } })).toStrictEqual({
      place: { country: 'DK', code: 'c' },
    });
  });

  test('cannot be set if it is readOnly, even if it is unassigned', () => {
    expect(scimErrorOf(() => replaced('place.region', 's', { place: { country: 'DK' } })).scimType).toBe('mutability');
    expect(scimErrorOf(() => replaced('id', 's', {})).scimType).toBe('mutability');
    expect(scimErrorOf(() => replaced('meta.version', 's', { meta: 'x' })).scimType).toBe('mutability');
  });

  test('is never a writeOnly attribute, which a client can set and remove', () => {
    expect(replaced('secret', 's', {})).toStrictEqual({ secret: 's' });
    expect(patched({ secret: 's', text: 'a' }, [{ op: 'remove', path: 'secret' }], { type: allKinds })).toStrictEqual({
      text: 'a',
    });
  });
});
