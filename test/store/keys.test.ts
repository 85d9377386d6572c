import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { idKey, isGuid, resourceKey, uniqueKey } from '../../shared/store/keys.ts';

const GUID = '0a21aa7c-5c5f-4c34-9f5e-6d1d0d2a7a01';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test.each([
  ['a GUID in lower case', GUID, true],
  ['a GUID in upper case', GUID.toUpperCase(), false],
  ['text before it', `x${GUID}`, false],
  ['text after it', `${GUID}x`, false],
  ['too few groups', GUID.slice(0, -13), false],
  ['a group that is too short', GUID.replace('5c5f', '5c5'), false],
  ['no hyphens', GUID.replaceAll('-', ''), false],
])('a GUID: %s', (_what, text, expected) => {
  expect(isGuid(text)).toBe(expected);
});

describe('the key of a resource', () => {
  test('is its externalId if that is a GUID', () => {
    expect(resourceKey(GUID, 'id')).toBe(GUID);
  });

  test('is a hash of any other externalId', () => {
    expect(resourceKey('Anna/Ø', GUID)).toBe(`x.${sha256('Anna/Ø')}`);
    expect(resourceKey('', GUID)).toBe(`x.${sha256('')}`);
  });

  test('contains the id if there is no externalId', () => {
    expect(resourceKey(undefined, GUID)).toBe(`n.${GUID}`);
  });
});

test('the keys of index rows contain the id, or the name of the attribute and a hash of its value', () => {
  expect(idKey(GUID)).toBe(`~id.${GUID}`);
  expect(uniqueKey('userName', 'anna')).toBe(`~userName.${sha256('anna')}`);
});
