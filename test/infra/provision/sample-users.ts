import { type DirectoryUser, directoryFieldsOf, mapping } from '../../../infra/provision/mapping.ts';

/** Every field that the mapping reads, without a value. */
export const nothing = Object.fromEntries(directoryFieldsOf(mapping).map((field) => [field, null]));

export const anna: DirectoryUser = {
  ...nothing,
  id: '0a21aa7c-5c5f-4c34-9f5e-6d1d0d2a7a01',
  userPrincipalName: "anna.o'brien+vip@contoso.com",
  displayName: 'Anna Ø',
  givenName: 'Anna',
  surname: 'Ø',
  officeLocation: 'Østergade 5',
  accountEnabled: true,
  assigned: true,
  deletedDateTime: null,
};

export const bo: DirectoryUser = {
  ...anna,
  id: '0a21aa7c-5c5f-4c34-9f5e-6d1d0d2a7a02',
  userPrincipalName: 'bo@contoso.com',
  displayName: 'Bo',
};
