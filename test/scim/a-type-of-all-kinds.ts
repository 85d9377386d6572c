import { id, meta, schemas } from '../../shared/scim/common-attributes.ts';
import { defineResourceType } from '../../shared/scim/schema.ts';

/** A resource type with every mutability, every value of `returned`, and types that no service declares yet. */
export const allKinds = defineResourceType({
  name: 'Kind',
  endpoint: '/Kinds',
  description: 'A resource with attributes of every kind',
  schema: 'urn:test:Kind',
  attributes: [
    schemas,
    id,
    { name: 'text', description: 'Text.' },
    { name: 'exact', description: 'Case-sensitive text.', caseExact: true },
    { name: 'birth', description: 'Set once.', mutability: 'immutable' },
    { name: 'secret', description: 'Never returned.', mutability: 'writeOnly', returned: 'never' },
    { name: 'asked', description: 'Returned on request.', returned: 'request' },
    { name: 'always', description: 'Always returned.', returned: 'always' },
    { name: 'count', type: 'integer', description: 'A whole number.' },
    { name: 'share', type: 'decimal', description: 'A number.' },
    { name: 'since', type: 'dateTime', description: 'A date.' },
    { name: 'flag', type: 'boolean', description: 'A boolean.' },
    {
      name: 'mood',
      type: 'complex',
      description: 'A complex value with only a qualifier.',
      subAttributes: [{ name: 'kind', description: 'The kind.', qualifier: true }],
    },
    { name: 'dates', type: 'dateTime', multiValued: true, description: 'Dates.' },
    { name: 'tags', multiValued: true, description: 'Texts.' },
    {
      name: 'place',
      type: 'complex',
      description: 'A complex value.',
      subAttributes: [
        { name: 'street', description: 'Text.' },
        { name: 'code', description: 'Set once.', mutability: 'immutable' },
        { name: 'country', description: 'Required.', required: true },
        { name: 'region', description: 'Set by the service.', mutability: 'readOnly' },
        { name: 'since', type: 'dateTime', description: 'A date.' },
        { name: 'hidden', description: 'Never returned.', returned: 'never' },
        { name: 'asked', description: 'Returned on request.', returned: 'request' },
        { name: 'always', description: 'Always returned.', returned: 'always' },
      ],
    },
    {
      name: 'parts',
      type: 'complex',
      multiValued: true,
      description: 'Complex values.',
      subAttributes: [
        { name: 'value', description: 'Text.' },
        { name: 'kind', description: 'The kind.', qualifier: true },
        { name: 'serial', description: 'Set by the service.', mutability: 'readOnly' },
        {
          name: 'primary',
          type: 'boolean',
          description: 'Whether this is the primary element.',
          qualifier: true,
          assumed: false,
        },
      ],
    },
    meta,
  ],
});
