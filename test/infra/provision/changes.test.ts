import { describe, expect, test } from '@jest/globals';
import { changesBetween } from '../../../infra/provision/changes.ts';
import { sourceValues, targetValues } from '../../../infra/provision/values.ts';
import { anna } from './sample-users.ts';

const resource = {
  id: '1',
  externalId: anna.id,
  userName: anna.userPrincipalName,
  active: true,
  displayName: 'Anna Ø',
  name: { givenName: 'Anna', familyName: 'Ø' },
  addresses: [
    { type: 'home', formatted: 'Hjemme' },
    { type: 'work', formatted: 'Østergade 5' },
  ],
};

describe('changesBetween', () => {
  test('finds nothing to change where the service has what the directory has', () => {
    expect(changesBetween(sourceValues(anna), targetValues(resource))).toEqual([]);
  });

  test('takes the string "True" of a service for the boolean', () => {
    expect(changesBetween(sourceValues(anna), targetValues({ ...resource, active: 'True' }))).toEqual([]);
  });

  test('adds what the service lacks, replaces what differs and removes what the directory no longer has', () => {
    const source = sourceValues({ ...anna, displayName: 'Anna Ø-Holm', surname: null });
    expect(changesBetween(source, targetValues({ ...resource, addresses: [] }))).toEqual([
      { kind: 'remove', path: 'name.familyName' },
      { kind: 'replace', path: 'displayName', value: 'Anna Ø-Holm' },
      { kind: 'add', path: 'addresses[type eq "work"].formatted', value: 'Østergade 5' },
    ]);
  });

  test.each([
    ['unassigned', { assigned: false }],
    ['blocked', { accountEnabled: false }],
    ['in the recycle bin', { deletedDateTime: '2026-11-22T16:04:11Z' }],
  ])('makes a user who is %s inactive', (_, fields) => {
    expect(changesBetween(sourceValues({ ...anna, ...fields }), targetValues(resource))).toEqual([
      { kind: 'replace', path: 'active', value: false },
    ]);
  });
});
