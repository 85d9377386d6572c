import { describe, expect, test } from '@jest/globals';
import { defaultMapping } from '../../../infra/provision/default-mapping.ts';
import { createOf } from '../../../infra/provision/dialects.ts';
import {
  directoryFieldsOf,
  mapping,
  matchesOf,
  referencesOf,
  sourceValues,
  targetValues,
  userOf,
  withoutReferences,
} from '../../../infra/provision/mapping.ts';
import { defaultSchemaText } from '../../stand-ins/graph-default-schema.ts';
import { anna, bo } from './sample-users.ts';

test('the mapping has the target and the source of each attribute that the services store', () => {
  expect(Object.fromEntries(mapping.map(({ path, source }) => [path, source]))).toMatchObject({
    active: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
    userName: 'userPrincipalName',
    displayName: 'displayName',
    'name.givenName': 'givenName',
    'name.familyName': 'surname',
    'addresses[type eq "work"].formatted': 'physicalDeliveryOfficeName',
    externalId: 'objectId',
  });
});

test("the mapping reads Microsoft Graph's fields", () => {
  const fields = directoryFieldsOf(mapping);
  for (const field of ['displayName', 'givenName', 'id', 'officeLocation', 'surname', 'userPrincipalName'])
    expect(fields).toContain(field);
  expect(fields).not.toContain('objectId');
  expect(fields).not.toContain('physicalDeliveryOfficeName');
});

describe("Entra's default mapping", () => {
  test('is the one that a new application has', () => {
    const stored = JSON.parse(defaultSchemaText('job', 'version')).synchronizationRules[0].objectMappings;
    const [users] = stored.filter(
      ({ sourceObjectName }: { readonly sourceObjectName: string }) => sourceObjectName === 'User',
    );
    expect(
      users.attributeMappings.map(({ targetAttributeName, source, matchingPriority }: StoredMapping) => ({
        path: targetAttributeName,
        source: source.expression.replace(/^\[(\w+)\]$/, '$1'),
        matchingPriority,
      })),
    ).toEqual(defaultMapping);
  });

  const user = {
    ...anna,
    mailNickname: 'anna',
    mail: 'anna.o@contoso.com',
    jobTitle: 'Advisor',
    businessPhones: '+45 33 12 34 56',
    mobilePhone: '+45 20 12 34 56',
    streetAddress: 'Østergade 5',
    postalCode: '1100',
    department: 'Private',
    manager: bo.id,
  };
  const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

  test('produces the body that Entra sends, without the manager, which is sent later', () => {
    expect(createOf('flagged', sourceValues(user, withoutReferences(defaultMapping)))).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
      externalId: 'anna',
      userName: anna.userPrincipalName,
      active: true,
      displayName: 'Anna Ø',
      title: 'Advisor',
      name: { givenName: 'Anna', familyName: 'Ø', formatted: 'Anna Ø' },
      emails: [{ type: 'work', value: 'anna.o@contoso.com' }],
      addresses: [{ type: 'work', formatted: 'Østergade 5', streetAddress: 'Østergade 5', postalCode: '1100' }],
      phoneNumbers: [
        { type: 'work', value: '+45 33 12 34 56' },
        { type: 'mobile', value: '+45 20 12 34 56' },
      ],
      [ENTERPRISE]: { department: 'Private' },
      meta: { resourceType: 'User' },
      roles: [],
    });
    expect(referencesOf(user, defaultMapping)).toEqual({ [`${ENTERPRISE}:manager`]: bo.id });
  });

  test('can read all its paths, including those of an extension', () => {
    const values = sourceValues(user, withoutReferences(defaultMapping));
    expect(targetValues(userOf(values), withoutReferences(defaultMapping))).toEqual(values);
  });

  test('matches only by userName', () => {
    expect(matchesOf(defaultMapping, user)).toEqual([['userName', anna.userPrincipalName]]);
  });

  test.each([
    [{ givenName: 'Anna', surname: null }, 'Anna'],
    [{ givenName: null, surname: null }, undefined],
  ])('joins the existing names: %j', (fields, formatted) => {
    expect(sourceValues({ ...anna, ...fields }, defaultMapping)['name.formatted']).toBe(formatted);
  });
});

interface StoredMapping {
  readonly targetAttributeName: string;
  readonly source: { readonly expression: string };
  readonly matchingPriority: number;
}
