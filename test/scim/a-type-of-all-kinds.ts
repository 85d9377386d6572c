import { id, meta, schemas } from '../../shared/scim/common-attributes.ts';
import { defineResourceType } from '../../shared/scim/schema.ts';

/** A resource type with characteristics that no service declares yet: every mutability, every value of `returned`, and every type. */
export const allKinds = defineResourceType({
  name: 'Kind',
  endpoint: '/Kinds',
  description: 'Of every kind',
  schema: 'urn:test:Kind',
  attributes: [
    schemas,
    id,
    { name: 'text', description: 'Text.' },
    { name: 'exact', description: 'Text in its case.', caseExact: true },
    { name: 'birth', description: 'Set once.', mutability: 'immutable' },
    { name: 'secret', description: 'Never answered.', mutability: 'writeOnly', returned: 'never' },
    { name: 'asked', description: 'Answered on request.', returned: 'request' },
    { name: 'always', description: 'Answered always.', returned: 'always' },
    { name: 'count', type: 'integer', description: 'A whole number.' },
    { name: 'share', type: 'decimal', description: 'A number.' },
    { name: 'since', type: 'dateTime', description: 'A date.' },
    { name: 'flag', type: 'boolean', description: 'A boolean.' },
    {
      name: 'mood',
      type: 'complex',
      description: 'A complex value that may have nothing but a qualifier.',
      subAttributes: [{ name: 'kind', description: 'Of what kind.', qualifier: true }],
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
        { name: 'region', description: 'Told by the service.', mutability: 'readOnly' },
        { name: 'since', type: 'dateTime', description: 'A date.' },
        { name: 'hidden', description: 'Never answered.', returned: 'never' },
        { name: 'asked', description: 'Answered on request.', returned: 'request' },
        { name: 'always', description: 'Answered always.', returned: 'always' },
      ],
    },
    {
      name: 'parts',
      type: 'complex',
      multiValued: true,
      description: 'Complex values.',
      subAttributes: [
        { name: 'value', description: 'Text.' },
        { name: 'kind', description: 'Of what kind.', qualifier: true },
        { name: 'serial', description: 'Told by the service.', mutability: 'readOnly' },
        { name: 'primary', type: 'boolean', description: 'The main one.', qualifier: true, assumed: false },
      ],
    },
    meta,
  ],
});
