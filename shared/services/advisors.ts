import { externalId } from '../scim/common-attributes.ts';
import { defineService } from './service.ts';

/** The advisors of a bank, with whom its customers book meetings. */
export const advisors = defineService('advisors', 'An advisor of the bank', [
  { ...externalId, entra: 'objectId' },
  {
    name: 'userName',
    description: 'The user principal name, by which the advisor signs in.',
    required: true,
    uniqueness: 'server',
    entra: 'userPrincipalName',
  },
  {
    name: 'name',
    type: 'complex',
    description: "The parts of the advisor's name.",
    subAttributes: [
      { name: 'familyName', description: 'The family name.', entra: 'surname' },
      { name: 'givenName', description: 'The given name.', entra: 'givenName' },
    ],
  },
  { name: 'displayName', description: "The advisor's name as customers see it.", label: true, entra: 'displayName' },
  {
    name: 'active',
    type: 'boolean',
    description: 'Whether customers can book the advisor.',
    initial: true,
    administrativeStatus: true,
    entra: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
  },
  {
    name: 'addresses',
    type: 'complex',
    multiValued: true,
    description: 'Where the advisor works.',
    derived: { office: 'addresses[type eq "work"].formatted' },
    subAttributes: [
      { name: 'formatted', description: 'The office as one text.', entra: 'physicalDeliveryOfficeName' },
      {
        name: 'type',
        description: 'The kind of address.',
        canonicalValues: ['work', 'home', 'other'],
        qualifier: true,
      },
      {
        name: 'primary',
        type: 'boolean',
        description: 'Whether this is the main address.',
        qualifier: true,
        assumed: false,
      },
    ],
  },
]);
