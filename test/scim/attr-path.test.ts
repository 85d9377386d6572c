import { describe, expect, test } from '@jest/globals';
import {
  assumedValuesOf,
  elementsOf,
  findAttrPath,
  isPresent,
  parseAttrPath,
  printAttrPath,
  type Resolved,
  resolveAttrPath,
  resolvedName,
  valuesOf,
} from '../../shared/scim/attr-path.ts';
import { GrammarError } from '../../shared/scim/lexer.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { rooms } from '../../shared/services/rooms.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const nameIn = (text: string, { resourceType } = advisors) => {
  const resolved = resolveAttrPath(resourceType, parseAttrPath(text));
  return resolved && resolvedName(resolved);
};

describe('an attrPath', () => {
  test.each([
    ['userName', { name: 'userName' }],
    ['name.familyName', { name: 'name', sub: 'familyName' }],
    [`${CORE}:userName`, { uri: CORE, name: 'userName' }],
    [`${CORE}:name.familyName`, { uri: CORE, name: 'name', sub: 'familyName' }],
    ['manager.$ref', { name: 'manager', sub: '$ref' }],
    ['a-b_c9', { name: 'a-b_c9' }],
    [':userName', { uri: '', name: 'userName' }],
  ])('can be %s, which is printed as it was parsed', (text, path) => {
    expect(parseAttrPath(text)).toStrictEqual(path);
    expect(printAttrPath(parseAttrPath(text))).toBe(text);
  });

  test.each(['', '.', 'a.', '.a', 'a..b', '1a', 'a.1', '-a', 'urn:x:', 'a.b.c', 'ä', 'a b', '__proto__'])(
    'cannot be %j',
    (text) => {
      expect(() => parseAttrPath(text)).toThrow(GrammarError);
    },
  );

  test('is reported, if it is invalid, with its position in the longer text, and cut to 200 characters', () => {
    expect(() => parseAttrPath('a.b.c', 10)).toThrow(
      '"a.b.c" does not have the form "attribute.subAttribute" at character 11',
    );
    expect(() => parseAttrPath(`1${'a'.repeat(5000)}`)).toThrow(/^"1a{199}" is not an attribute name at character 1$/);
  });
});

describe('resolving an attrPath', () => {
  test.each([
    ['USERNAME', 'userName'],
    ['Name.GIVENNAME', 'name.givenName'],
    [`${CORE.toUpperCase()}:username`, 'userName'],
    [`${CORE}:addresses.Type`, 'addresses.type'],
    ['ID', 'id'],
    ['externalid', 'externalId'],
    ['meta.lastModified', 'meta.lastModified'],
    ['schemas', 'schemas'],
  ])('finds %s as %s', (text, name) => {
    expect(nameIn(text)).toBe(name);
  });

  test.each([
    'nickName',
    ':userName',
    'name.middleName',
    'userName.value',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:userName',
    'constructor',
    'toString',
    'hasOwnProperty',
    'name.constructor',
  ])('does not find %s', (text) => {
    expect(nameIn(text)).toBeUndefined();
  });

  test('follows the declaration of the service: a room has no name', () => {
    expect(nameIn('name.givenName', rooms)).toBeUndefined();
  });
});

describe('the values of an attrPath', () => {
  const target = (text: string): Resolved => {
    const found = findAttrPath(advisors.resourceType, text);
    if (!found) throw new Error(`${text} names nothing.`);
    return found;
  };
  const work = { type: 'work', primary: true };
  const home = { type: 'home' };

  test.each([
    ['userName', { userName: 'ann' }, ['ann'], ['ann']],
    ['userName', {}, [], []],
    ['userName', { userName: null }, [], []],
    ['name.givenName', { name: { givenName: 'Ann' } }, ['Ann'], ['Ann']],
    ['name.givenName', { name: 'Ann' }, [], []],
    ['addresses', { addresses: [work, home] }, [work, home], [work, home]],
    ['addresses.type', { addresses: [work, home, 'x'] }, ['work', 'home'], ['work', 'home']],
    ['addresses.primary', { addresses: [work, home, 'x'] }, [true], [true, false]],
    ['addresses.primary', {}, [], []],
  ])('%s of %j', (text, resource, values, assumed) => {
    expect(valuesOf(resource, target(text))).toEqual(values);
    expect(assumedValuesOf(resource, target(text))).toEqual(assumed);
  });

  test('include the assumed values of a given element', () => {
    const primary = target('addresses.primary').sub;
    if (!primary) throw new Error('There is no such sub-attribute.');
    expect(assumedValuesOf(work, { attribute: primary })).toEqual([true]);
    expect(assumedValuesOf(home, { attribute: primary })).toEqual([false]);
  });

  test('are present unless they are empty', () => {
    expect(['x', 0, false, { a: 1 }, { a: '', b: 0 }].map(isPresent)).toEqual([true, true, true, true, true]);
    expect(['', null, {}, { a: '' }, { a: null, b: {} }].map(isPresent)).toEqual([false, false, false, false, false]);
  });

  test('are the elements of a list, the one value, or none', () => {
    expect([[1, 2], 'x', undefined, null].map(elementsOf)).toEqual([[1, 2], ['x'], [], []]);
  });
});
