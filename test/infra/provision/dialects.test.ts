import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../../infra/provision/changes.ts';
import { createOf, patchOf } from '../../../infra/provision/dialects.ts';
import { sourceValues } from '../../../infra/provision/values.ts';
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
  test('builds the user of the mapping, with what Entra adds to it', () => {
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
    'sends active as the string that the mapping yields in dialect %s',
    (dialect) => {
      expect(createOf(dialect, sourceValues(anna))).toMatchObject({ active: 'True' });
    },
  );

  test('sends no null and no empty object for what the directory does not have', () => {
    const room = { ...anna, givenName: null, surname: null, officeLocation: null };
    const user = createOf('scim', sourceValues(room));
    expect(Object.keys(user)).not.toContain('name');
    expect(Object.keys(user)).not.toContain('addresses');
  });
});
