// @ts-nocheck
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import type { JsonObject } from '../../shared/scim/json.ts';
import { validator, valueSchemas } from '../../shared/scim/validation.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { rooms } from '../../shared/services/rooms.ts';
import { scimErrorOf } from './scim-error.ts';

const validate = validator(advisors.resourceType).resource;
const detailOf = (resource: JsonObject) => {
  const { status, scimType, detail } = scimErrorOf(() => validate({ active: true, ...resource }));
  expect({ status, scimType }).toEqual({ status: 400, scimType: 'invalidValue' });
  return detail;
};

test.each([advisors, rooms])('the JSON Schemas of $name are such', ({ resourceType }) => {
  const ajv = new Ajv({ strict: true });
  expect(valueSchemas(resourceType).map((schema) => ajv.validateSchema(schema))).toEqual(
    resourceType.writable.map(() => true),
  );
});

describe('validation', () => {
  test('takes a resource with the required attributes alone, and one with all', () => {
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
    ['a number for text', { userName: 5 }, '"userName" has to be a string, not a number.'],
    ['null for text', { userName: null }, '"userName" has to be a string, not null.'],
    ['text for a boolean', { userName: 'a', active: 'yes' }, '"active" has to be a boolean, not a string.'],
    ['text for an object', { userName: 'a', name: 'Ann' }, '"name" has to be an object, not a string.'],
    ['an array for an object', { userName: 'a', name: [] }, '"name" has to be an object, not an array.'],
    [
      'a wrong sub-attribute',
      { userName: 'a', name: { givenName: {} } },
      '"name.givenName" has to be a string, not an object.',
    ],
    ['an object for an array', { userName: 'a', addresses: {} }, '"addresses" has to be an array, not an object.'],
    [
      'a wrong element',
      { userName: 'a', addresses: [{ type: 'work' }, 'x'] },
      '"addresses[1]" has to be an object, not a string.',
    ],
    [
      'a wrong value in an element',
      { userName: 'a', addresses: [{ primary: 1 }] },
      '"addresses[0].primary" has to be a boolean, not a number.',
    ],
    [
      'white space alone where text is required',
      { userName: ' \u00a0\t' },
      '"userName" is required and must not be empty.',
    ],
    ['an empty text where text is required', { userName: '' }, '"userName" is required and must not be empty.'],
    ['U+0000', { userName: 'a\0b' }, '"userName" holds a character that cannot be kept (U+0000).'],
    [
      'two primary elements',
      { userName: 'a', addresses: [{ primary: true }, { primary: true }] },
      '"addresses" has more than one element with primary true; only one may be primary.',
    ],
  ])('refuses %s', (_what, resource, detail) => {
    expect(detailOf(resource)).toBe(detail);
  });

  test('lets a change pass what it leaves as it was, and judges what it sets', () => {
    const before = { active: true, displayName: 5 };
    validate({ ...before, active: false }, before);
    expect(() => validate({ ...before, userName: ' ' }, before)).toThrow('"userName" is required');
    expect(() => validate({ active: true }, { ...before, userName: 'a' })).toThrow('"userName" is required');
  });
});
