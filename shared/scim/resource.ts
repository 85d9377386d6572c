import { draft, type JsonObject } from './json.ts';
import type { ResourceType } from './schema.ts';

/** The service provider's data about a resource. */
export interface Provenance {
  readonly id: string;
  readonly created: Date;
  readonly lastModified: Date;
  /** meta.version, the ETag (RFC 7644 section 3.14). */
  readonly version: string;
}

/** The location of a resource. `base` is the Tenant URL. */
export const locationOf = (type: ResourceType, base: string, id: string): string => `${base}${type.endpoint}/${id}`;

/** Renders a resource as it is returned and filtered (RFC 7643 section 3). `base` is the Tenant URL. */
export function renderResource(
  type: ResourceType,
  base: string,
  { attributes, id, created, lastModified, version }: Provenance & { readonly attributes: JsonObject },
): JsonObject {
  return draft({
    schemas: [type.schema],
    id,
    ...attributes,
    meta: {
      resourceType: type.name,
      created: created.toISOString(),
      lastModified: lastModified.toISOString(),
      location: locationOf(type, base, id),
      version,
    },
  });
}

/** The attributes of a rendered resource that a client may write, in the order of the declaration. */
export function writablePart(type: ResourceType, resource: JsonObject): JsonObject {
  const part = draft();
  for (const { name } of type.writable) if (resource[name] !== undefined) part[name] = resource[name] ?? null;
  return part;
}
