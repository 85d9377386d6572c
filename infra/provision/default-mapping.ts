import type { Mapping } from './mapping.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/**
 * The mapping that Entra gives every new application (learn.microsoft.com, customize-application-attributes). It applies if a bank starts its job before it enters
 * the mapping in docs/entra-setup.md. It matches users by userName only, and externalId is the mailNickname.
 */
export const defaultMapping: Mapping = [
  ['userName', 'userPrincipalName'],
  ['active', 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'],
  ['displayName', 'displayName'],
  ['title', 'jobTitle'],
  ['emails[type eq "work"].value', 'mail'],
  ['preferredLanguage', 'preferredLanguage'],
  ['name.givenName', 'givenName'],
  ['name.familyName', 'surname'],
  ['name.formatted', 'Join(" ", [givenName], [surname])'],
  ['addresses[type eq "work"].formatted', 'physicalDeliveryOfficeName'],
  ['addresses[type eq "work"].streetAddress', 'streetAddress'],
  ['addresses[type eq "work"].locality', 'city'],
  ['addresses[type eq "work"].region', 'state'],
  ['addresses[type eq "work"].postalCode', 'postalCode'],
  ['addresses[type eq "work"].country', 'country'],
  ['phoneNumbers[type eq "work"].value', 'telephoneNumber'],
  ['phoneNumbers[type eq "mobile"].value', 'mobile'],
  ['phoneNumbers[type eq "fax"].value', 'facsimileTelephoneNumber'],
  ['externalId', 'mailNickname'],
  [`${ENTERPRISE}:employeeNumber`, 'employeeId'],
  [`${ENTERPRISE}:department`, 'department'],
  [`${ENTERPRISE}:manager`, 'manager'],
].map(([path = '', source = '']) => ({ path, source, matchingPriority: path === 'userName' ? 1 : 0 }));
