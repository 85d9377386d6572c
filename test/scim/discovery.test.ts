import { expect, test } from '@jest/globals';
import { renderResourceType, renderSchema, serviceProviderConfig } from '../../shared/scim/discovery.ts';
import { defineResourceType } from '../../shared/scim/schema.ts';

const BASE = 'https://bookme.test/things/scim';

const type = defineResourceType({
  name: 'Thing',
  endpoint: '/Things',
  description: 'A thing.',
  schema: 'urn:test:Thing',
  attributes: [
    { name: 'common', description: 'Part of every resource.', common: true },
    { name: 'plain', description: 'Text.', canonicalValues: ['a', 'b'], required: true, uniqueness: 'server' },
    { name: 'link', description: 'A link.', type: 'reference', referenceTypes: ['Thing'], caseExact: true },
    { name: 'data', description: 'Bytes.', type: 'binary' },
    { name: 'flag', description: 'A boolean.', type: 'boolean', initial: true },
    { name: 'number', description: 'A number.', type: 'integer', mutability: 'immutable', returned: 'request' },
    {
      name: 'parts',
      description: 'Parts.',
      type: 'complex',
      multiValued: true,
      subAttributes: [{ name: 'since', description: 'A date.', type: 'dateTime' }],
    },
  ],
});

test('a schema has the characteristics of each attribute that RFC 7643 section 7 defines for its type', () => {
  const usual = { multiValued: false, required: false, mutability: 'readWrite', returned: 'default' };
  const text = { ...usual, caseExact: false, uniqueness: 'none' };
  expect(renderSchema(type, BASE)).toStrictEqual({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id: 'urn:test:Thing',
    name: 'Thing',
    description: 'A thing.',
    attributes: [
      {
        ...text,
        name: 'plain',
        type: 'string',
        description: 'Text.',
        required: true,
        canonicalValues: ['a', 'b'],
        uniqueness: 'server',
      },
      {
        ...text,
        name: 'link',
        type: 'reference',
        description: 'A link.',
        caseExact: true,
        referenceTypes: ['Thing'],
      },
      { ...text, name: 'data', type: 'binary', description: 'Bytes.' },
      { ...usual, name: 'flag', type: 'boolean', description: 'A boolean.', required: true },
      {
        ...usual,
        name: 'number',
        type: 'integer',
        description: 'A number.',
        mutability: 'immutable',
        returned: 'request',
        uniqueness: 'none',
      },
      {
        ...usual,
        name: 'parts',
        type: 'complex',
        description: 'Parts.',
        multiValued: true,
        subAttributes: [{ ...usual, name: 'since', type: 'dateTime', description: 'A date.', uniqueness: 'none' }],
      },
    ],
    meta: { resourceType: 'Schema', location: `${BASE}/Schemas/urn:test:Thing` },
  });
});

test('a resource type names its endpoint and its schema', () => {
  expect(renderResourceType(type, BASE)).toStrictEqual({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: 'Thing',
    name: 'Thing',
    endpoint: '/Things',
    description: 'A thing.',
    schema: 'urn:test:Thing',
    schemaExtensions: [],
    meta: { resourceType: 'ResourceType', location: `${BASE}/ResourceTypes/Thing` },
  });
});

test('the service provider configuration declares the supported features', () => {
  expect(serviceProviderConfig(BASE)).toStrictEqual({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: 1000 },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: 100,
      maxPageSize: 1000,
    },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'The Secret Token of the tenant, sent as a bearer token (RFC 6750).',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${BASE}/ServiceProviderConfig` },
  });
});
