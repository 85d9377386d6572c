import { id, meta, schemas } from '../scim/common-attributes.ts';
import { type AttributeDeclaration, defineResourceType, type ResourceType } from '../scim/schema.ts';

/** A SCIM service: its name, and its one resource type. */
export interface Service {
  /** The name in the Tenant URL, of the table, and in the names of secrets: `advisors`. */
  readonly name: string;
  readonly resourceType: ResourceType;
}

/** Defines a service. Its resources are User resources (RFC 7643 section 4.1), because Entra provisions both people and rooms as users. */
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
