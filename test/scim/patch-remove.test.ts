import { describe, expect, test } from '@jest/globals';
import type { ToleranceName } from '../../shared/scim/entra.ts';
import type { Json, JsonObject } from '../../shared/scim/json.ts';
import { allKinds } from './a-type-of-all-kinds.ts';
import { patched } from './patched.ts';
import { strictReading, tolerantReading } from './readings.ts';
import { scimErrorOf } from './scim-error.ts';

const work = { type: 'work', formatted: 'Aarhus', primary: true };
const home = { type: 'home', formatted: 'Odense' };
const ann: JsonObject = {
  userName: 'ann',
  name: { familyName: 'Ågård', givenName: 'Ann' },
  displayName: 'Ann',
  active: true,
  addresses: [work, home],
};
const { addresses: _addresses, ...withoutAddresses } = ann;
const { displayName: _displayName, ...withoutDisplayName } = ann;
const { name: _name, ...withoutName } = ann;

const remove = (path: string, value?: Json) => [{ op: 'remove', path, ...(value !== undefined && { value }) }];

describe('remove', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['displayName', ann, withoutDisplayName],
    ['name', ann, withoutName],
    ['name.familyName', ann, { ...ann, name: { givenName: 'Ann' } }],
    ['name.familyName', { name: { familyName: 'A' }, active: true }, { active: true }],
    ['name.familyName', withoutName, withoutName],
    ['displayName', withoutDisplayName, withoutDisplayName],
    ['addresses', ann, withoutAddresses],
    ['addresses[type eq "work"]', ann, { ...ann, addresses: [home] }],
    ['addresses[type eq "work"].primary', ann, { ...ann, addresses: [{ type: 'work', formatted: 'Aarhus' }, home] }],
    ['addresses[type eq "work"].formatted', ann, { ...ann, addresses: [home] }],
    ['addresses[formatted pr]', ann, withoutAddresses],
    ['addresses.type', ann, { ...ann, addresses: [{ formatted: 'Aarhus', primary: true }, { formatted: 'Odense' }] }],
  ])('%s of %j', (path, before, after) => {
    expect(patched(before, remove(path))).toStrictEqual(after);
    expect(patched(before, remove(path), { reading: strictReading() })).toStrictEqual(after);
  });

  test.each(['userName', 'active', 'id', 'schemas', 'meta', 'meta.version'])('refuses to remove %s', (path) => {
    expect(scimErrorOf(() => patched(ann, remove(path)))).toEqual({
      status: 400,
      scimType: 'mutability',
      detail: `"${path}" cannot be removed.`,
    });
  });

  test.each(['birth', 'place.code', 'place.country', 'place.region', 'parts.serial', 'parts[value pr].serial'])(
    'refuses to remove %s, which is immutable, readOnly or required',
    (path) => {
      const name = path.replace(/\[.*\]/, '');
      const error = scimErrorOf(() => patched({ place: { code: 'c' } }, remove(path), { type: allKinds }));
      expect([error.scimType, error.detail]).toEqual(['mutability', `"${name}" cannot be removed.`]);
    },
  );

  test('removes a complex value even if it has immutable and required sub-attributes', () => {
    expect(patched({ text: 'a', place: { code: 'c' } }, remove('place'), { type: allKinds })).toStrictEqual({
      text: 'a',
    });
  });

  test('does nothing with the tolerance if the filter selects nothing, and is refused otherwise', () => {
    const tolerated = new Set<ToleranceName>();
    const operations = remove('addresses[type eq "other"]');
    expect(patched(ann, operations, { reading: tolerantReading(tolerated) })).toStrictEqual(ann);
    expect([...tolerated]).toEqual(['removalOfNothing']);
    expect(scimErrorOf(() => patched(ann, operations, { reading: strictReading() }))).toMatchObject({
      scimType: 'noTarget',
      detail: 'The filter in the path matches no element of addresses.',
    });
  });
});

describe('remove with a value', () => {
  test.each<[string, Json, JsonObject]>([
    ['an element', [work], { ...ann, addresses: [home] }],
    ['an element outside a list', home, { ...ann, addresses: [work] }],
    ['a part of an element', [{ type: 'home' }], { ...ann, addresses: [work] }],
    ['several elements', [{ type: 'home' }, { TYPE: 'work' }], withoutAddresses],
    ['an element that does not exist', [{ type: 'work', formatted: 'Odense' }], ann],
    ['no stored sub-attribute', [{ country: 'DK' }, null], ann],
    ['no element', [], ann],
  ])('removes the elements that it names: %s', (_what, value, after) => {
    const tolerated = new Set<ToleranceName>();
    expect(patched(ann, remove('addresses', value), { reading: tolerantReading(tolerated) })).toStrictEqual(after);
    expect(tolerated).toContain('removalByValue');
    expect(patched(ann, remove('addresses', value), { reading: strictReading() })).toStrictEqual(withoutAddresses);
  });

  test.each<[string, Json | undefined]>([
    ['null', null],
    ['missing', undefined],
  ])('that is %s removes all elements', (_what, value) => {
    const tolerated = new Set<ToleranceName>();
    expect(patched(ann, remove('addresses', value), { reading: tolerantReading(tolerated) })).toStrictEqual(
      withoutAddresses,
    );
    expect([...tolerated]).toEqual([]);
  });

  test('removes the strings that it names', () => {
    const before = { tags: ['a', 'b'] };
    expect(patched(before, remove('tags', ['b', '']), { type: allKinds })).toStrictEqual({ tags: ['a'] });
  });

  test('is ignored if the path has a filter', () => {
    const tolerated = new Set<ToleranceName>();
    const operations = remove('addresses[type eq "work"]', [home]);
    expect(patched(ann, operations, { reading: tolerantReading(tolerated) })).toStrictEqual({
      ...ann,
      addresses: [home],
    });
    expect([...tolerated]).toEqual([]);
  });
});
