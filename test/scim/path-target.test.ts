import { describe, expect, test } from '@jest/globals';
import { resolvedName } from '../../shared/scim/attr-path.ts';
import type { ToleranceName } from '../../shared/scim/entra.ts';
import { beginsWithAttribute, findPath, readTarget, type Target } from '../../shared/scim/path.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { allKinds } from './a-type-of-all-kinds.ts';
import { strictReading, tolerantReading } from './readings.ts';
import { scimErrorOf } from './scim-error.ts';

const type = advisors.resourceType;
const URN = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** The target of a path that names an attribute. */
function target(path: string, of = type): Target {
  const found = readTarget(of, path, strictReading());
  if (found === undefined || found === 'resource') throw new Error(`${path} has no target.`);
  return found;
}

const refusal = (path: string) => {
  const { scimType, detail } = scimErrorOf(() => readTarget(type, path, strictReading()));
  return [scimType, detail];
};

describe('the path of an operation', () => {
  test.each([
    ['userName', 'userName'],
    ['USERNAME', 'userName'],
    [' userName ', 'userName'],
    ['name.GIVENNAME', 'name.givenName'],
    [`${URN}:name.givenName`, 'name.givenName'],
    [`${URN.toUpperCase()}:active`, 'active'],
    ['addresses', 'addresses'],
    ['addresses[type eq "work"]', 'addresses'],
    ['addresses[type eq "work"].formatted', 'addresses.formatted'],
    [`${URN}:addresses[type eq "work"].formatted`, 'addresses.formatted'],
  ])('can be %s, which targets %s', (path, name) => {
    expect(resolvedName(target(path))).toBe(name);
    expect(target(path).filter === undefined).toBe(!path.includes('['));
  });

  test.each([URN, URN.toUpperCase()])('can be %s, which targets the resource', (path) => {
    expect(readTarget(type, path, strictReading())).toBe('resource');
  });

  test.each([
    'nickName',
    'name.middleName',
    'urn:x:User:userName',
    `${URN}:nickName`,
    'nickName[',
    '.x',
    '$ref',
    '[x',
    'nick name',
  ])('is refused if it is %s, which is not stored, but ignored and recorded with the tolerance', (path) => {
    expect(refusal(path)).toEqual(['invalidPath', `The path "${path}" names an attribute that BookMe does not store.`]);
    const tolerated = new Set<ToleranceName>();
    expect(readTarget(type, path, tolerantReading(tolerated))).toBeUndefined();
    expect([...tolerated]).toEqual(['unmappedIgnored']);
  });

  test.each([
    ['', 'The path cannot be parsed: Expected an attribute at character 1.'],
    ['  ', 'The path cannot be parsed: Expected an attribute at character 3.'],
    [`${URN}:`, `The path cannot be parsed: "${URN}:" is not an attribute name at character 1.`],
    ['userName eq', 'The path cannot be parsed: Expected the end of the path, but found "eq" at character 10.'],
    ['name.', 'The path cannot be parsed: "name." does not have the form "attribute.subAttribute" at character 1.'],
    [
      'name[givenName pr]',
      'name has no elements that a filter can select. Remove the brackets from "name[givenName pr]".',
    ],
    [
      'userName[type pr]',
      'userName has no elements that a filter can select. Remove the brackets from "userName[type pr]".',
    ],
  ])('cannot be %j, with or without tolerances', (path, detail) => {
    for (const reading of [strictReading(), tolerantReading()])
      expect(scimErrorOf(() => readTarget(type, path, reading))).toEqual({
        status: 400,
        scimType: 'invalidPath',
        detail,
      });
  });

  test('cannot select elements that are strings', () => {
    const { detail } = scimErrorOf(() => readTarget(allKinds, 'tags[value eq "a"]', strictReading()));
    expect(detail).toBe(
      'tags has no elements that a filter can select. Remove the brackets from "tags[value eq "a"]".',
    );
  });

  test('is refused with invalidFilter if the text in its brackets is not a filter', () => {
    expect(refusal('addresses[type is "work"]')).toEqual([
      'invalidFilter',
      expect.stringMatching(/^The filter in the path cannot be parsed: .*but found "is" at character 16\.$/),
    ]);
    expect(refusal('addresses[primary gt true]')[0]).toBe('invalidFilter');
  });

  test('is refused if its filter names a sub-attribute that is not stored, but ignored and recorded with the tolerance', () => {
    const path = 'addresses[type eq "work" and not (country eq "DK")].formatted';
    expect(refusal(path)).toEqual([
      'invalidPath',
      'The filter in the path names a sub-attribute of addresses that BookMe does not store.',
    ]);
    const tolerated = new Set<ToleranceName>();
    expect(readTarget(type, path, tolerantReading(tolerated))).toBeUndefined();
    expect([...tolerated]).toEqual(['unmappedIgnored']);
  });
});

describe('the filter of a path', () => {
  const describedBy = (filter: string, reading = strictReading()) => {
    const found = readTarget(type, `addresses[${filter}]`, reading);
    if (found === undefined || found === 'resource' || !found.filter) throw new Error('There is no filter.');
    const { described, terms, compared } = found.filter;
    return { described: described && { ...described }, terms, compared: compared.map(({ name }) => name) };
  };

  test.each([
    ['type eq "work"', { described: { type: 'work' }, terms: 1, compared: ['type'] }],
    [
      'TYPE EQ "work" and primary eq true',
      { described: { type: 'work', primary: true }, terms: 2, compared: ['type', 'primary'] },
    ],
    ['type eq "work" and type eq "home"', { described: undefined, terms: 2, compared: ['type', 'type'] }],
    ['type eq "work" or primary eq true', { described: undefined, terms: 2, compared: ['type', 'primary'] }],
    ['type ne "work"', { described: undefined, terms: 1, compared: ['type'] }],
    ['type pr', { described: undefined, terms: 1, compared: ['type'] }],
    ['type eq null', { described: undefined, terms: 1, compared: ['type'] }],
    ['type eq ""', { described: undefined, terms: 1, compared: ['type'] }],
    ['not (type eq "work")', { described: undefined, terms: 1, compared: ['type'] }],
    [
      'type eq "work" and (primary eq true or formatted pr)',
      { described: undefined, terms: 3, compared: ['type', 'primary', 'formatted'] },
    ],
  ])('is read with the element that it describes, its terms and its sub-attributes: %s', (filter, expected) => {
    expect(describedBy(filter)).toEqual(expected);
  });

  test('reads a string as a boolean with the tolerance', () => {
    expect(describedBy('primary eq "True"', tolerantReading()).described).toEqual({ primary: true });
  });
});

describe('the text', () => {
  test.each([
    ['userName', 'userName'],
    ['name.givenName', 'name.givenName'],
    ['addresses[country eq "DK"].formatted', 'addresses.formatted'],
    ['nickName', undefined],
    ['name.', undefined],
    ['', undefined],
  ])('%j names %j', (text, name) => {
    const found = findPath(type, text);
    expect(found && resolvedName(found)).toBe(name);
  });

  test.each([
    ['userName', true],
    ['  USERNAME', true],
    ['userName eq', true],
    ['name.anything', true],
    ['addresses[', true],
    ['addresses]', true],
    ['addresses(x', true],
    ['addresses)x', true],
    ['addresses"x', true],
    ['addresses:x', true],
    [`${URN}:userName`, true],
    [`  ${URN.toUpperCase()}:userName`, true],
    [`${URN}:`, true],
    [`${URN}:nickName`, false],
    [URN, false],
    [`${URN}x:userName`, false],
    ['nickName', false],
    ['userNames', false],
    ['', false],
    ['.userName', false],
    [`${'x'.repeat(300)}userName`, false],
    [`userName${'x'.repeat(300)}`, false],
  ])('%j begins with a stored attribute: %s', (text, isStored) => {
    expect(beginsWithAttribute(type, text)).toBe(isStored);
  });
});
