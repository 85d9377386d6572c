import { describe, expect, test } from '@jest/globals';
import { readFilter } from '../../shared/scim/match.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { rooms } from '../../shared/services/rooms.ts';
import { allKinds } from './a-type-of-all-kinds.ts';
import { anAdvisor } from './an-advisor.ts';
import { strictReading, tolerantReading } from './readings.ts';
import { scimErrorOf } from './scim-error.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const matches = (filter: string, resource = anAdvisor()) =>
  readFilter(advisors.resourceType, filter, tolerantReading()).test(resource);
const refusal = (filter: string) => scimErrorOf(() => readFilter(advisors.resourceType, filter, tolerantReading()));

describe('a filter matches', () => {
  test.each([
    ['text without regard to case', 'userName eq "ANN@bank.DK"'],
    ['text in any Unicode form', 'displayName eq "ann a\u030aga\u030ard"'],
    ['names in any case', 'USERNAME eq "ann@bank.dk"'],
    ['names with the core URN in any case', `${CORE.toUpperCase()}:userName sw "ann"`],
    ['sub-attributes with the core URN', `${CORE}:name.familyName ew "GÅRD"`],
    ['the beginning, the middle and the end of text', 'userName sw "ANN" and userName co "@B" and userName ew ".DK"'],
    ['text by its order', 'userName gt "ann" and userName ge "ann@bank.dk" and userName lt "b" and userName le "b"'],
    ['a different value with ne', 'userName ne "bob@bank.dk"'],
    ['a caseExact attribute in the same case', 'externalId eq "Ext-1"'],
    ['the schemas', `schemas eq "${CORE}"`],
    ['the id', 'id eq "5f1c8f2e-7c31-4a4e-9b0c-0a6d5b3c2f10"'],
    ['a boolean', 'active eq true'],
    ['a boolean that is compared with a string, as Entra does', 'active eq "True"'],
    ['a boolean with ne', 'active ne false'],
    [
      'attributes that are present',
      'displayName pr and name pr and name.givenName pr and addresses pr and addresses.type pr',
    ],
    ['the negation of eq null', 'not (displayName eq null)'],
    ['ne null', 'displayName ne null'],
    ['any element of a multi-valued attribute', 'addresses.formatted eq "aarhus"'],
    ['a value path', 'addresses[type eq "work" and formatted sw "copen"]'],
    ['a comparison after the brackets', 'addresses[type eq "work"].formatted eq "Copenhagen 1"'],
    ['a boolean in brackets', 'addresses[primary eq true]'],
    ['a value path on a single-valued complex attribute', 'name[familyName eq "ågård" and givenName eq "ann"]'],
    ['an unassigned boolean in brackets as false', 'addresses[primary ne true]'],
    ['a date', 'meta.created eq "2026-01-31T12:00:00Z"'],
    ['the same instant in another zone', 'meta.created eq "2026-01-31T13:00:00.000+01:00"'],
    ['a date without a zone as UTC', 'meta.created eq "2026-01-31T12:00:00"'],
    [
      'dates by their order',
      'meta.created lt "2026-01-31T12:00:00.001Z" and meta.created gt "2026-01-31T12:59:59+01:00"',
    ],
    [
      'dates with fractions',
      'meta.lastModified gt "2026-02-01T08:30:00Z" and meta.lastModified le "2026-02-01T08:30:00.5Z"',
    ],
    ['the text of a date', 'meta.created sw "2026-01" and meta.created co "t12:" and meta.created ew "00Z"'],
    ['one of two alternatives', 'userName eq "nobody" or displayName eq "ann ågård"'],
  ])('%s', (_what, filter) => {
    expect(matches(filter)).toBe(true);
  });

  test.each([
    ['another text', 'userName eq "bob@bank.dk"'],
    ['a caseExact attribute in another case', 'externalId eq "ext-1"'],
    ['a part of a caseExact attribute in another case', 'externalId sw "ext"'],
    ['conditions that two different elements meet', 'addresses[type eq "home" and formatted sw "copen"]'],
    ['the other boolean', 'active eq false'],
    ['the negation of a filter that matches', 'not (userName sw "ann")'],
    ['an "and" with one condition that does not match', 'userName pr and active eq false'],
    ['a later date', 'meta.created gt "2026-01-31T12:00:00Z"'],
    ['the same instant in another zone with ne', 'meta.created ne "2026-01-31T13:00:00+01:00"'],
  ])('but not %s', (_what, filter) => {
    expect(matches(filter)).toBe(false);
  });

  test('an unassigned attribute only with "ne", "eq null" and "not"', () => {
    const bare = { userName: 'x' };
    for (const filter of [
      'displayName eq "x"',
      'displayName co ""',
      'displayName pr',
      'addresses pr',
      'displayName gt "a"',
    ])
      expect(matches(filter, bare)).toBe(false);
    for (const filter of ['displayName ne "x"', 'displayName eq null', 'not (displayName pr)', 'addresses eq null'])
      expect(matches(filter, bare)).toBe(true);
  });

  test('no empty value with "pr"', () => {
    expect(matches('displayName pr', { displayName: '' })).toBe(false);
    expect(matches('name pr', { name: {} })).toBe(false);
    expect(matches('addresses pr', { addresses: [{ formatted: '' }] })).toBe(false);
  });
});

describe('a filter is refused as invalidFilter', () => {
  test.each([
    ['if it does not follow the grammar', 'userName is "x"', 'The filter cannot be parsed: Expected eq, ne'],
    [
      'if it orders booleans',
      'active gt true',
      'The filter is invalid at character 1: active is a boolean, which can be compared only with eq and ne.',
    ],
    [
      'if it compares a boolean with a number',
      'active eq 1',
      'The filter is invalid at character 1: active must be compared with true or false.',
    ],
    [
      'if it compares a boolean with a string that is not a boolean',
      'active eq "yes"',
      'The filter is invalid at character 1: active must be compared with true or false.',
    ],
    [
      'if it compares text with a number',
      'active pr and userName eq 5',
      'The filter is invalid at character 15: userName must be compared with text in double quotes.',
    ],
    ['if it compares text with a boolean', 'userName eq true', 'userName must be compared with text'],
    [
      'if it compares a date with other text',
      'meta.created gt "yesterday"',
      'created must be compared with a date such as "2026-01-31T12:00:00Z"',
    ],
    [
      'if it compares a date with a day that does not exist',
      'meta.created gt "2026-02-30T00:00:00Z"',
      'created must be compared with a date',
    ],
    ['if it compares a date with a number', 'meta.created gt 5', 'created must be compared with a date'],
    [
      'if it orders null',
      'userName gt null',
      'The filter is invalid at character 1: null can be compared only with eq and ne.',
    ],
    [
      'if it compares a whole complex attribute',
      'name eq "Ann"',
      'The filter is invalid at character 1: name is complex, so compare one of its sub-attributes (name.familyName, name.givenName).',
    ],
    [
      'if it has brackets after a simple attribute',
      'userName[value eq "x"]',
      'The filter is invalid at character 1: userName has no sub-attributes to compare in brackets.',
    ],
    [
      'if it has brackets after a sub-attribute',
      'name.givenName[value eq "x"]',
      'name.givenName has no sub-attributes to compare in brackets',
    ],
  ])('%s', (_what, filter, detail) => {
    expect(refusal(filter)).toEqual({
      status: 400,
      scimType: 'invalidFilter',
      detail: expect.stringContaining(detail),
    });
  });

  test.each([
    'nickName',
    'emails.value',
    'name.middleName',
    'userName.value',
    'constructor',
    `${CORE}:preferredLanguage`,
  ])('if it names %s, which is not stored; the detail lists the stored attributes', (name) => {
    expect(refusal(`${name} eq "x"`)).toEqual({
      status: 400,
      scimType: 'invalidFilter',
      detail: expect.stringContaining(
        `The filter names "${name}", which BookMe does not store. Match on one of: schemas, id, `,
      ),
    });
    expect(refusal(`${name} eq "x"`).detail).toMatch(
      / userName, name\.familyName, .* addresses\.primary, .* meta\.version\.$/,
    );
  });

  test('if the brackets name a sub-attribute that is not stored; the detail lists the stored ones', () => {
    expect(refusal('addresses[street eq "x"]').detail).toBe(
      'The filter names "street", which BookMe does not store. Match on one of: formatted, type, primary.',
    );
  });

  test('if it names an attribute of another service', () => {
    expect(
      scimErrorOf(() => readFilter(rooms.resourceType, 'name.givenName eq "x"', tolerantReading())).detail,
    ).toContain('The filter names "name.givenName", which BookMe does not store.');
  });
});

describe('a filter on a complex attribute', () => {
  const parts = { parts: [{ value: 'a', kind: 'k' }, { value: 'b' }] };
  const matches = (filter: string, reading = strictReading()) => readFilter(allKinds, filter, reading).test(parts);

  test('compares its sub-attribute "value", if it has one', () => {
    expect([matches('parts eq "b"'), matches('parts eq "c"'), matches('parts co "B"')]).toEqual([true, false, true]);
  });

  test('matches with ne if one element has another value', () => {
    expect([matches('parts.value ne "a"'), matches('parts.value ne "c"'), matches('tags ne "a"')]).toEqual([
      true,
      true,
      true,
    ]);
    expect(readFilter(allKinds, 'parts.value ne "a"', strictReading()).test({ parts: [{ value: 'a' }] })).toBe(false);
  });

  test.each(['parts[urn:test:Kind:value eq "a"]', 'parts[value.x eq "a"]', 'parts[text eq "a"]'])(
    'knows only its sub-attributes inside the brackets: %s',
    (filter) => {
      const { scimType, detail } = scimErrorOf(() => matches(filter));
      expect(scimType).toBe('invalidFilter');
      expect(detail).toMatch(/which BookMe does not store\. Match on one of: value, kind, serial, primary\.$/);
    },
  );

  test('can have a comparison after the brackets only with the tolerance', () => {
    const filter = 'parts[kind eq "k"].value eq "a"';
    expect(matches(filter, tolerantReading())).toBe(true);
    expect(scimErrorOf(() => matches(filter))).toEqual({
      status: 400,
      scimType: 'invalidFilter',
      detail: 'The filter is invalid at character 1: nothing can follow the brackets of a value path.',
    });
  });
});
