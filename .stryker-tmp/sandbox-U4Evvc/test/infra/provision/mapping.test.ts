// @ts-nocheck
import { expect, test } from '@jest/globals';
import { directoryFieldsOf, mapping } from '../../../infra/provision/mapping.ts';

test('the mapping has the target and the source of each attribute that the services keep', () => {
  expect(Object.fromEntries(mapping.map(({ path, source }) => [path, source]))).toEqual({
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
  expect([...directoryFieldsOf(mapping)].sort()).toEqual([
    'displayName',
    'givenName',
    'id',
    'officeLocation',
    'surname',
    'userPrincipalName',
  ]);
});
