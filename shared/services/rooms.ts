import { externalId } from '../scim/common-attributes.ts';
import { defineService } from './service.ts';

/** The meeting rooms of a bank. */
export const rooms = defineService('rooms', 'A meeting room of the bank', [
  { ...externalId, entra: 'objectId' },
  {
    name: 'userName',
    description: "The user principal name of the room's mailbox.",
    required: true,
    uniqueness: 'server',
    entra: 'userPrincipalName',
  },
  { name: 'displayName', description: "The room's name as customers see it.", label: true, entra: 'displayName' },
  {
    name: 'active',
    type: 'boolean',
    description: 'Whether customers can book the room.',
    initial: true,
    administrativeStatus: true,
    entra: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
  },
  {
    name: 'addresses',
    type: 'complex',
    multiValued: true,
    description: 'Where the room is.',
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
