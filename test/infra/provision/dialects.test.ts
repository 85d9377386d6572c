import { describe, expect, test } from '@jest/globals';
import { type Change, changesBetween, createOf, patchOf } from '../../../infra/provision/dialects.ts';
import { sourceValues, targetValues } from '../../../infra/provision/mapping.ts';
import { anna } from './sample-users.ts';

const office = 'addresses[type eq "work"].formatted';
const changes: readonly Change[] = [
  { kind: 'replace', path: 'active', value: false },
  { kind: 'replace', path: 'displayName', value: 'Anna' },
  { kind: 'add', path: 'name.givenName', value: 'Anna' },
  { kind: 'remove', path: 'name.familyName' },
  { kind: 'add', path: office, value: 'Havnen 2' },
];

describe('patchOf', () => {
  test('writes one capitalised operation per attribute in dialect scim, with booleans as strings', () => {
    expect(patchOf('scim', changes)).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [
        { op: 'Replace', path: 'active', value: 'False' },
        { op: 'Replace', path: 'displayName', value: 'Anna' },
        { op: 'Add', path: 'name.givenName', value: 'Anna' },
        { op: 'Remove', path: 'name.familyName' },
        { op: 'Add', path: office, value: 'Havnen 2' },
      ],
    });
  });

  test('gathers the core attributes without a path in dialect flagged, and keeps active and filtered paths apart', () => {
    expect(patchOf('flagged', changes).Operations).toEqual([
      { op: 'replace', path: 'active', value: false },
      { op: 'add', path: office, value: 'Havnen 2' },
      { op: 'add', value: { 'name.givenName': 'Anna' } },
      { op: 'replace', value: { displayName: 'Anna', 'name.familyName': '' } },
    ]);
  });

  test('clears a filtered attribute with an empty string in dialect flagged', () => {
    expect(patchOf('flagged', [{ kind: 'remove', path: office }]).Operations).toEqual([
      { op: 'replace', path: office, value: '' },
    ]);
  });

  test('wraps each value in dialect legacy', () => {
    expect(patchOf('legacy', changes.slice(0, 2)).Operations).toEqual([
      { op: 'Replace', path: 'active', value: [{ $ref: null, value: 'False' }] },
      { op: 'Replace', path: 'displayName', value: [{ $ref: null, value: 'Anna' }] },
    ]);
  });
});

describe('createOf', () => {
  test('builds the mapped user, with the attributes that Entra adds', () => {
    expect(createOf('flagged', sourceValues(anna))).toEqual({
      schemas: [
        'urn:ietf:params:scim:schemas:core:2.0:User',
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
      ],
      externalId: anna.id,
      userName: anna.userPrincipalName,
      active: true,
      displayName: 'Anna Ø',
      name: { givenName: 'Anna', familyName: 'Ø' },
      addresses: [{ type: 'work', formatted: 'Østergade 5' }],
      meta: { resourceType: 'User' },
      roles: [],
    });
  });

  test.each(['scim', 'legacy'] as const)(
    'sends active as the string that the mapping returns in dialect %s',
    (dialect) => {
      expect(createOf(dialect, sourceValues(anna))).toMatchObject({ active: 'True' });
    },
  );

  test('sends no null and no empty object for a missing value', () => {
    const room = { ...anna, givenName: null, surname: null, officeLocation: null };
    const user = createOf('scim', sourceValues(room));
    expect(Object.keys(user)).not.toContain('name');
    expect(Object.keys(user)).not.toContain('addresses');
  });
});

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
  test('finds no change if the service has the same values as the directory', () => {
    expect(changesBetween(sourceValues(anna), targetValues(resource))).toEqual([]);
  });

  test('treats the string "True" of a service like the boolean', () => {
    expect(changesBetween(sourceValues(anna), targetValues({ ...resource, active: 'True' }))).toEqual([]);
  });

  test('adds missing values, replaces different ones and removes those that the directory no longer has', () => {
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
