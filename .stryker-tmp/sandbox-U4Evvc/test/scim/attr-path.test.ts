// @ts-nocheck
import { describe, expect, test } from '@jest/globals';
import { parseAttrPath, printAttrPath, resolveAttrPath, resolvedName } from '../../shared/scim/attr-path.ts';
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
  ])('%s is read and written back', (text, path) => {
    expect(parseAttrPath(text)).toEqual(path);
    expect(printAttrPath(parseAttrPath(text))).toBe(text);
  });

  test.each(['', '.', 'a.', '.a', 'a..b', '1a', 'a.1', '-a', 'urn:x:', 'a.b.c', 'ä', 'a b', '__proto__'])(
    'refuses %j',
    (text) => {
      expect(() => parseAttrPath(text)).toThrow(GrammarError);
    },
  );

  test('names a wrong one with its position in the longer text, cut where it is long', () => {
    expect(() => parseAttrPath('a.b.c', 10)).toThrow(
      '"a.b.c" is not an attribute with one sub-attribute at character 11',
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

  test('follows the declaration of the service: rooms have no name', () => {
    expect(nameIn('name.givenName', rooms)).toBeUndefined();
  });
});
