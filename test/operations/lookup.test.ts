import { expect, test } from '@jest/globals';
import { bindingsOf } from '../../shared/operations/lookup.ts';
import { parseFilter } from '../../shared/scim/filter.ts';
import { advisors } from '../../shared/services/advisors.ts';

const pins = (filter: string) =>
  bindingsOf(advisors.resourceType, parseFilter(filter)).map(({ attribute, value }) => [attribute.name, value]);

test.each([
  ['userName eq "a"', [['userName', 'a']]],
  ['USERNAME EQ "a"', [['userName', 'a']]],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "a"', [['userName', 'a']]],
  ['active eq true and id eq "a"', [['id', 'a']]],
  [
    '(externalId eq "a" and active eq true) and userName eq "b"',
    [
      ['externalId', 'a'],
      ['userName', 'b'],
    ],
  ],
])('%s is a lookup of %j', (filter, expected) => {
  expect(pins(filter)).toEqual(expected);
});

test.each([
  ['userName eq "a" or id eq "b"'],
  ['not (userName eq "a")'],
  ['userName sw "a"'],
  ['userName ne "a"'],
  ['userName pr'],
  ['externalId eq null'],
  ['active eq true'],
  ['name.familyName eq "a"'],
  ['addresses[type eq "work"]'],
  ['addresses.type eq "work"'],
  ['schemas eq "a"'],
  ['(userName eq "a" or active eq true) and active eq true'],
])('%s is no lookup', (filter) => {
  expect(pins(filter)).toEqual([]);
});
