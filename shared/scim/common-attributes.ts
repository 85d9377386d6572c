import type { AttributeDeclaration } from './schema.ts';

/** The URNs of a resource's schemas (RFC 7643 section 3). */
export const schemas = {
  name: 'schemas',
  type: 'reference',
  description: 'The URNs of the schemas of the resource.',
  multiValued: true,
  caseExact: true,
  mutability: 'readOnly',
  returned: 'always',
  common: true,
} as const satisfies AttributeDeclaration;

/** The service provider's own identifier of the resource (RFC 7643 section 3.1). */
export const id = {
  name: 'id',
  description: 'The identifier that BookMe gave the resource. It never changes.',
  caseExact: true,
  mutability: 'readOnly',
  returned: 'always',
  uniqueness: 'server',
  common: true,
} as const satisfies AttributeDeclaration;

/** The client's own identifier of the resource, unique within its tenant (RFC 7643 section 3.1). */
export const externalId = {
  name: 'externalId',
  description: "The identifier of the resource in the bank's directory.",
  caseExact: true,
  common: true,
} as const satisfies AttributeDeclaration;

/** The service provider's data about the resource (RFC 7643 section 3.1). */
export const meta = {
  name: 'meta',
  type: 'complex',
  description: 'What BookMe knows about the resource itself.',
  mutability: 'readOnly',
  common: true,
  subAttributes: [
    { name: 'resourceType', description: 'The name of the resource type.', caseExact: true, mutability: 'readOnly' },
    { name: 'created', type: 'dateTime', description: 'When the resource was created.', mutability: 'readOnly' },
    { name: 'lastModified', type: 'dateTime', description: 'When the resource last changed.', mutability: 'readOnly' },
    { name: 'location', type: 'reference', description: 'Its address.', caseExact: true, mutability: 'readOnly' },
    { name: 'version', description: 'Its version, the ETag.', caseExact: true, mutability: 'readOnly' },
  ],
} as const satisfies AttributeDeclaration;
