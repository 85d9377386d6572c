import type { JsonObject } from './json.ts';
import { limits } from './limits.ts';
import { discoverySchemas } from './messages.ts';
import { type Attribute, isAlwaysAssigned, type ResourceType } from './schema.ts';

/** Renders /ServiceProviderConfig (RFC 7643 section 5, RFC 9865 section 4). `base` is the Tenant URL. */
export function serviceProviderConfig(base: string): JsonObject {
  return {
    schemas: [discoverySchemas.serviceProviderConfig],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: limits.pageSize },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: limits.defaultPageSize,
      maxPageSize: limits.pageSize,
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
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  };
}

/** Renders the only item of /ResourceTypes (RFC 7643 section 6). `base` is the Tenant URL. */
export function renderResourceType(type: ResourceType, base: string): JsonObject {
  return {
    schemas: [discoverySchemas.resourceType],
    id: type.name,
    name: type.name,
    endpoint: type.endpoint,
    description: type.description,
    schema: type.schema,
    schemaExtensions: [],
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${type.name}` },
  };
}

/** Renders the only item of /Schemas (RFC 7643 section 7), without the common attributes (section 3.1). `base` is the Tenant URL. */
export function renderSchema(type: ResourceType, base: string): JsonObject {
  return {
    schemas: [discoverySchemas.schema],
    id: type.schema,
    name: type.name,
    description: type.description,
    attributes: type.attributes.filter((attribute) => !attribute.common).map(renderAttribute),
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${type.schema}` },
  };
}

function renderAttribute(attribute: Attribute): JsonObject {
  const { name, type, multiValued, description, mutability, returned, canonicalValues, referenceTypes, subAttributes } =
    attribute;
  const isText = type === 'string' || type === 'reference' || type === 'binary';
  return {
    name,
    type,
    multiValued,
    description,
    required: isAlwaysAssigned(attribute),
    ...(isText && { caseExact: attribute.caseExact }),
    ...(canonicalValues && { canonicalValues }),
    mutability,
    returned,
    ...(type !== 'complex' && type !== 'boolean' && { uniqueness: attribute.uniqueness }),
    ...(referenceTypes && { referenceTypes }),
    ...(type === 'complex' && { subAttributes: subAttributes.map(renderAttribute) }),
  };
}
