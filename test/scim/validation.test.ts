import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import type { JsonObject } from '../../shared/scim/json.ts';
import { ajvOptions, compileSchema } from '../../shared/scim/json-schema.ts';
import { validator, valueSchemas } from '../../shared/scim/validation.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { rooms } from '../../shared/services/rooms.ts';
import { allKinds } from './a-type-of-all-kinds.ts';
import { scimErrorOf } from './scim-error.ts';

const validate = (resource: JsonObject, before?: JsonObject) =>
  validator(advisors.resourceType).resource(resource, before);
const detailOf = (resource: JsonObject) => {
  const { status, scimType, detail } = scimErrorOf(() => validate({ active: true, ...resource }));
  expect({ status, scimType }).toEqual({ status: 400, scimType: 'invalidValue' });
  return detail;
};

test.each([advisors, rooms])('the JSON Schemas of $name are valid', ({ resourceType }) => {
  const ajv = new Ajv({ strict: true });
  expect(valueSchemas(resourceType).map((schema) => ajv.validateSchema(schema))).toEqual(
    resourceType.writable.map(() => true),
  );
});

test('ajv does not validate the schemas at a cold start, counts UTF-16 units, and reports the refused value', () => {
  expect(ajvOptions).toMatchObject({ meta: false, validateSchema: false, strict: false, logger: false });
  const check = compileSchema({ type: 'string', maxLength: 1 });
  expect([check('a'), check('😀')]).toEqual([true, false]); // two UTF-16 units
  expect(check.errors).toMatchObject([{ keyword: 'maxLength', data: '😀' }]);
});

describe('validation', () => {
  test('accepts a resource with only the required attributes, and one with all attributes', () => {
    validate({ userName: 'a', active: true });
    validate({
      externalId: 'e',
      userName: 'a',
      name: { familyName: 'f', givenName: 'g' },
      displayName: 'd',
      active: false,
      addresses: [
        { formatted: 'x', type: 'work', primary: true },
        { formatted: 'y', type: 'home', primary: false },
      ],
    });
  });

  test.each<[string, JsonObject, string]>([
    ['a missing required attribute', { active: true }, '"userName" is required and must not be empty.'],
    ['a number instead of a string', { userName: 5 }, '"userName" must be a string, not a number.'],
    ['null instead of a string', { userName: null }, '"userName" must be a string, not null.'],
    ['a string instead of a boolean', { userName: 'a', active: 'yes' }, '"active" must be a boolean, not a string.'],
    ['a string instead of an object', { userName: 'a', name: 'Ann' }, '"name" must be an object, not a string.'],
    ['an array instead of an object', { userName: 'a', name: [] }, '"name" must be an object, not an array.'],
    [
      'a sub-attribute of the wrong type',
      { userName: 'a', name: { givenName: {} } },
      '"name.givenName" must be a string, not an object.',
    ],
    ['an object instead of an array', { userName: 'a', addresses: {} }, '"addresses" must be an array, not an object.'],
    [
      'an element of the wrong type',
      { userName: 'a', addresses: [{ type: 'work' }, 'x'] },
      '"addresses[1]" must be an object, not a string.',
    ],
    [
      'a sub-attribute of the wrong type in an element',
      { userName: 'a', addresses: [{ primary: 1 }] },
      '"addresses[0].primary" must be a boolean, not a number.',
    ],
    ['a required string of white space', { userName: ' \u00a0\t' }, '"userName" is required and must not be empty.'],
    ['an empty required string', { userName: '' }, '"userName" is required and must not be empty.'],
    ['U+0000', { userName: 'a\0b' }, '"userName" contains the character U+0000. Remove it.'],
    [
      'two primary elements',
      { userName: 'a', addresses: [{ primary: true }, { primary: true }] },
      '"addresses" has more than one primary element. Set primary to true for only one of them.',
    ],
  ])('refuses %s', (_what, resource, detail) => {
    expect(detailOf(resource)).toBe(detail);
  });

  test('checks only the attributes that a change sets', () => {
    const before = { active: true, displayName: 5 };
    validate({ ...before, active: false }, before);
    expect(() => validate({ ...before, userName: ' ' }, before)).toThrow('"userName" is required');
    expect(() => validate({ active: true }, { ...before, userName: 'a' })).toThrow('"userName" is required');
  });
});

describe('validation of every kind of attribute', () => {
  const validateKinds = (resource: JsonObject) => validator(allKinds).resource(resource);
  const refusal = (resource: JsonObject) => scimErrorOf(() => validateKinds(resource)).detail;
  const place = { country: 'DK' };

  test.each<[JsonObject]>([
    [{}],
    [{ text: 'a', exact: '', secret: 'x'.repeat(32_000) }],
    [{ count: Number.MAX_SAFE_INTEGER }],
    [{ count: Number.MIN_SAFE_INTEGER }],
    [{ share: 0.5, flag: false }],
    [{ since: '2026-01-31T12:00:00Z', place: { ...place, since: '2026-01-31T12:00:00+01:00' } }],
    [{ dates: ['2026-01-31T12:00:00Z', '2026-02-28T12:00:00'] }],
    [{ tags: ['a', 'b'], parts: [{ value: 'a', primary: true }, { primary: false }] }],
  ])('accepts %j', (resource) => {
    expect(() => validateKinds(resource)).not.toThrow();
  });

  test.each<[JsonObject, string]>([
    [{ count: 0.5 }, '"count" must be an integer, not a number.'],
    [{ count: '5' }, '"count" must be an integer, not a string.'],
    [{ count: 2 ** 53 }, '"count" must be between -9007199254740991 and 9007199254740991.'],
    [{ count: -(2 ** 53) }, '"count" must be between -9007199254740991 and 9007199254740991.'],
    [{ share: '0.5' }, '"share" must be a number, not a string.'],
    [{ flag: 'true' }, '"flag" must be a boolean, not a string.'],
    [{ since: '2026-02-30T12:00:00Z' }, '"since" must be a date such as "2026-01-31T12:00:00Z".'],
    [{ since: 5 }, '"since" must be a string, not a number.'],
    [{ place: { ...place, since: 'x' } }, '"place.since" must be a date such as "2026-01-31T12:00:00Z".'],
    [{ place: {} }, '"place.country" is required and must not be empty.'],
    [{ place: { country: ' ' } }, '"place.country" is required and must not be empty.'],
    [{ place: { ...place, other: 'x' } }, '"place" does not match its schema.'],
    [{ tags: 'a' }, '"tags" must be an array, not a string.'],
    [{ tags: ['a', 5] }, '"tags[1]" must be a string, not a number.'],
    [{ tags: [...Array(12).fill('a'), 5] }, '"tags[12]" must be a string, not a number.'],
    [
      { dates: ['2026-01-31T12:00:00Z', '2026-02-30T12:00:00Z'] },
      '"dates" must be a date such as "2026-01-31T12:00:00Z".',
    ],
    [{ tags: Array(101).fill('a') }, '"tags" has more than 100 elements.'],
    [{ parts: [{ value: 'a', primary: 'x' }] }, '"parts[0].primary" must be a boolean, not a string.'],
    [{ text: 'x'.repeat(32_001) }, '"text" is longer than 32000 characters.'],
    [{ parts: [{ value: 'x\0' }] }, '"parts[0].value" contains the character U+0000. Remove it.'],
    [
      { tags: ['x'.repeat(20_000), 'y'.repeat(20_000)] },
      '"tags" is too long: all its elements together may have at most 32000 characters of JSON.',
    ],
  ])('refuses %j', (resource, detail) => {
    expect(refusal(resource)).toBe(detail);
  });

  test('counts the characters of the JSON of all elements', () => {
    const fits = 'x'.repeat(32_000 - '[""]'.length);
    expect(() => validateKinds({ tags: [fits] })).not.toThrow();
    expect(refusal({ tags: [`${fits}x`] })).toMatch(/^"tags" is too long/);
  });

  test('validates the value of one attribute', () => {
    const kinds = validator(allKinds);
    const tags = allKinds.attribute('tags');
    const parts = allKinds.attribute('parts');
    const id = allKinds.attribute('id');
    if (!tags || !parts || !id) throw new Error('The type does not have these attributes.');
    const both = [{ primary: true }, { primary: true, value: 'a' }];
    expect(() => kinds.value(tags, ['a'])).not.toThrow();
    expect(() => kinds.value(id, 5)).not.toThrow();
    expect(scimErrorOf(() => kinds.value(tags, [5])).detail).toBe('"tags[0]" must be a string, not a number.');
    expect(scimErrorOf(() => kinds.value(parts, both)).detail).toMatch(/^"parts" has more than one primary element/);
  });
});
