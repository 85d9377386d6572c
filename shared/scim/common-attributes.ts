import type { AttributeDeclaration } from './schema.ts';

/** RFC 7643 section 3.1: `schemas`, `id` and `meta` are the service provider's; a declaration begins with them. */
export const commonAttributes = [
  {
    name: 'schemas',
    type: 'reference',
    description: 'The URNs of the schemas of the resource.',
    multiValued: true,
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    common: true,
  },
  {
    name: 'id',
    description: 'The identifier that BookMe gave the resource. It never changes.',
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
    common: true,
  },
  {
    name: 'meta',
    type: 'complex',
    description: 'What BookMe knows about the resource itself.',
    mutability: 'readOnly',
    common: true,
    subAttributes: [
      { name: 'resourceType', description: 'The name of the resource type.', caseExact: true, mutability: 'readOnly' },
      { name: 'created', type: 'dateTime', description: 'When the resource was created.', mutability: 'readOnly' },
      {
        name: 'lastModified',
        type: 'dateTime',
        description: 'When the resource last changed.',
        mutability: 'readOnly',
      },
      {
        name: 'location',
        type: 'reference',
        description: 'The address of the resource.',
        caseExact: true,
        mutability: 'readOnly',
      },
      {
        name: 'version',
        description: 'The version of the resource, its ETag.',
        caseExact: true,
        mutability: 'readOnly',
      },
    ],
  },
] as const satisfies readonly AttributeDeclaration[];

/** RFC 7643 section 3.1: the client's own identifier of the resource, unique within its tenant. */
export const externalId = {
  name: 'externalId',
  description: "The identifier of the resource in the bank's directory.",
  caseExact: true,
  common: true,
} as const satisfies AttributeDeclaration;
