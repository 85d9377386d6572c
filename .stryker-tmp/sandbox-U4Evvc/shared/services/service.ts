// @ts-nocheck
import { id, meta, schemas } from '../scim/common-attributes.ts';
import { type AttributeDeclaration, defineResourceType, type ResourceType } from '../scim/schema.ts';

/** A SCIM service: what it is called in URLs, tables and secrets, and the one resource type that it keeps. */
export interface Service {
  /** In the Tenant URL, the table and the secret names: `advisors`. */
  readonly name: string;
  readonly resourceType: ResourceType;
}

/** Entra provisions people and rooms alike as the core User resource (RFC 7643 section 4.1). */
export function defineService(name: string, description: string, attributes: readonly AttributeDeclaration[]): Service {
  const resourceType = defineResourceType({
    name: 'User',
    endpoint: '/Users',
    description,
    schema: 'urn:ietf:params:scim:schemas:core:2.0:User',
    attributes: [schemas, id, ...attributes, meta],
  });
  return Object.freeze({ name, resourceType });
}
