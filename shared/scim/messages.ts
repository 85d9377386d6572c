import { badRequest } from './errors.ts';
import { isArray, type Json, type JsonObject } from './json.ts';

/** The schema URIs of protocol messages (RFC 7644 section 8.2). */
export const messages = {
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
  listResponse: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  patchOp: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  searchRequest: 'urn:ietf:params:scim:api:messages:2.0:SearchRequest',
} as const;

/** The schema URIs of the discovery resources (RFC 7643 sections 5 to 7). */
export const discoverySchemas = {
  resourceType: 'urn:ietf:params:scim:schemas:core:2.0:ResourceType',
  schema: 'urn:ietf:params:scim:schemas:core:2.0:Schema',
  serviceProviderConfig: 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
} as const;

/** One page of a list. */
export interface Page {
  readonly resources: readonly JsonObject[];
  /** Absent if paging is by cursor and the page is not the whole result (RFC 9865 section 2). */
  readonly totalResults?: number;
  /** Only with index paging. */
  readonly startIndex?: number;
  readonly nextCursor?: string;
}

/** Renders a ListResponse (RFC 7644 section 3.4.2). */
export function listResponse({ resources, totalResults, startIndex, nextCursor }: Page): JsonObject {
  return {
    schemas: [messages.listResponse],
    ...(totalResults !== undefined && { totalResults }),
    ...(startIndex !== undefined && { startIndex }),
    itemsPerPage: resources.length,
    ...(nextCursor !== undefined && { nextCursor }),
    Resources: resources,
  };
}

/** Throws invalidSyntax unless `schemas` contains the URN (RFC 7643 section 3: the attribute is required). Other URNs are ignored. */
export function requireSchema(members: ReadonlyMap<string, Json>, urn: string): void {
  const schemas = members.get('schemas');
  if (
    isArray(schemas) &&
    schemas.some((schema) => typeof schema === 'string' && schema.toLowerCase() === urn.toLowerCase())
  )
    return;
  throw badRequest('invalidSyntax', `The attribute "schemas" must be an array that contains "${urn}".`);
}
