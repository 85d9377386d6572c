import { describe, expect, test } from '@jest/globals';
import { membersOf, requireSchema } from '../../shared/scim/members.ts';
import { scimErrorOf } from './scim-error.ts';

describe('the members of an object', () => {
  test('are found without regard to case', () => {
    expect(membersOf({ userNAME: 'x' }).get('username')).toBe('x');
  });

  test('may not stand twice in different case', () => {
    expect(scimErrorOf(() => membersOf({ active: true, ACTIVE: false }))).toEqual({
      status: 400,
      scimType: 'invalidSyntax',
      detail: 'The attribute "ACTIVE" stands twice in one object.',
    });
  });

  test('do not include what every object inherits', () => {
    expect(membersOf({}).get('constructor')).toBeUndefined();
  });
});

describe('the attribute schemas', () => {
  test.each([[['urn:x']], [['URN:X']], [['urn:y', 'urn:x']], [[1, 'urn:x']]])('is taken as %j', (schemas) => {
    expect(() => requireSchema(membersOf({ schemas }), 'urn:x')).not.toThrow();
  });

  test.each([[undefined], [null], ['urn:x'], [[]], [['urn:y']], [{ 0: 'urn:x' }]])('is refused as %j', (schemas) => {
    const members = membersOf(schemas === undefined ? {} : { schemas });
    expect(scimErrorOf(() => requireSchema(members, 'urn:x'))).toEqual({
      status: 400,
      scimType: 'invalidSyntax',
      detail: 'The attribute "schemas" has to be an array that holds "urn:x".',
    });
  });
});
