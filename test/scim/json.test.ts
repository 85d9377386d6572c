import { describe, expect, test } from '@jest/globals';
import { copyJson, describeJson, draft, equalJson, membersByName } from '../../shared/scim/json.ts';
import { requireSchema } from '../../shared/scim/messages.ts';
import { scimErrorOf } from './scim-error.ts';

describe('copying JSON', () => {
  test('keeps every value, without prototypes', () => {
    const copy = copyJson(JSON.parse('{"a":[{"b":null},1,true,"x"]}'));
    expect(copy).toEqual(
      Object.assign(Object.create(null), { a: [Object.assign(Object.create(null), { b: null }), 1, true, 'x'] }),
    );
    expect(Object.getPrototypeOf(copy)).toBeNull();
  });

  test('keeps "__proto__" as a key like any other', () => {
    const copy = copyJson(JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}'));
    expect(Object.keys(copy as object)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(copy)).toBeNull();
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test.each([
    ['a string', '["\\ud800"]'],
    ['a key', '{"\\udfff":1}'],
    ['a string outside objects and arrays', '"\\ud83d"'],
  ])('refuses a lone surrogate in %s', (_where, text) => {
    expect(scimErrorOf(() => copyJson(JSON.parse(text)))).toEqual({
      status: 400,
      scimType: 'invalidSyntax',
      detail: 'The request body contains a lone surrogate, which is not valid Unicode.',
    });
  });

  test('accepts whole surrogate pairs', () => {
    expect(copyJson('😀')).toBe('😀');
  });
});

describe('JSON values:', () => {
  test.each([
    ['null', 'null'],
    ['"a"', '"a"'],
    ['{"a":1,"b":[1,{"c":null}]}', '{"b":[1,{"c":null}],"a":1}'],
    ['{"__proto__":1}', '{"__proto__":1}'],
    ['[]', '[]'],
  ])('%s and %s are equal', (left, right) => {
    expect(equalJson(copyJson(JSON.parse(left)), copyJson(JSON.parse(right)))).toBe(true);
  });

  test.each([
    ['1', '"1"'],
    ['null', '{}'],
    ['[]', '{}'],
    ['[1,2]', '[2,1]'],
    ['[1]', '[1,2]'],
    ['{"a":1}', '{"a":1,"b":2}'],
    ['{"a":null}', '{"b":null}'],
    ['{"a":1}', '{"A":1}'],
    ['{"__proto__":1}', '{"a":1}'],
    ['false', 'null'],
  ])('%s and %s are not equal', (left, right) => {
    const [one, other] = [copyJson(JSON.parse(left)), copyJson(JSON.parse(right))];
    expect(equalJson(one, other)).toBe(false);
    expect(equalJson(other, one)).toBe(false);
  });

  test('undefined is equal only to undefined', () => {
    expect(equalJson(undefined, undefined)).toBe(true);
    expect(equalJson(undefined, null)).toBe(false);
  });
});

test('a draft is a copy without a prototype', () => {
  const from = { a: 1 };
  const copy = draft(from);
  copy['b'] = 2;
  expect(Object.getPrototypeOf(copy)).toBeNull();
  expect(from).toEqual({ a: 1 });
});

test('describeJson names the type of a value', () => {
  const values = [undefined, null, [], {}, 'x', 1, true];
  expect(values.map(describeJson)).toEqual([
    'nothing',
    'null',
    'an array',
    'an object',
    'a string',
    'a number',
    'a boolean',
  ]);
});

describe('the members of an object', () => {
  test('are found in any case', () => {
    expect(membersByName({ userNAME: 'x' }).get('username')).toBe('x');
  });

  test('cannot have names that differ only in case', () => {
    expect(scimErrorOf(() => membersByName({ active: true, ACTIVE: false }))).toEqual({
      status: 400,
      scimType: 'invalidSyntax',
      detail: 'The attribute "ACTIVE" occurs twice in one object. Send it only once.',
    });
  });

  test('do not include inherited members', () => {
    expect(membersByName({}).get('constructor')).toBeUndefined();
  });
});

describe('the attribute "schemas"', () => {
  test.each([[['urn:x']], [['URN:X']], [['urn:y', 'urn:x']], [[1, 'urn:x']]])('is accepted as %j', (schemas) => {
    expect(() => requireSchema(membersByName({ schemas }), 'urn:x')).not.toThrow();
  });

  test.each([[undefined], [null], ['urn:x'], [[]], [['urn:y']], [{ 0: 'urn:x' }]])('is refused as %j', (schemas) => {
    const members = membersByName(schemas === undefined ? {} : { schemas });
    expect(scimErrorOf(() => requireSchema(members, 'urn:x'))).toEqual({
      status: 400,
      scimType: 'invalidSyntax',
      detail: 'The attribute "schemas" must be an array that contains "urn:x".',
    });
  });
});
