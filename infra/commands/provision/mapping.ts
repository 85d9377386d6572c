import { readPath, writePath } from './attribute-path.ts';
import type { DirectoryUser } from './directory.ts';
import type { JsonRecord } from './json.ts';

export type Value = string | boolean;

/** Attribute path -> value. An attribute without a value is absent: Entra never sends null. */
export type Values = Readonly<Record<string, Value>>;

interface MappedAttribute {
  readonly path: string;
  readonly from: (user: DirectoryUser) => Value | null;
}

/**
 * The attribute mapping that the setup guide writes into Entra. Rooms have neither givenName nor surname in the directory, so
 * for them the two names are never sent.
 */
export const mapping: readonly MappedAttribute[] = [
  { path: 'active', from: isActive },
  { path: 'userName', from: (user) => user.userPrincipalName },
  { path: 'displayName', from: (user) => user.displayName },
  { path: 'name.givenName', from: (user) => user.givenName },
  { path: 'name.familyName', from: (user) => user.surname },
  { path: 'addresses[type eq "work"].formatted', from: (user) => user.officeLocation },
  { path: 'externalId', from: (user) => user.id },
];

/** `Switch([IsSoftDeleted], , "False", "True", "True", "False")`: unassigned, blocked and deleted users count as soft-deleted. */
export function isActive(user: DirectoryUser): boolean {
  return user.assigned && user.accountEnabled && user.deletedDateTime === null;
}

/** What the mapping makes of a user of the directory. */
export function sourceValues(user: DirectoryUser): Values {
  return collect((attribute) => attribute.from(user));
}

/** What the mapped attributes of a resource of the service are now. */
export function targetValues(resource: JsonRecord): Values {
  return collect(({ path }) => {
    const value = readPath(resource, path);
    if (path === 'active') return asBoolean(value);
    return typeof value === 'string' && value ? value : null;
  });
}

/** The body of `POST /Users`, with the schemas and the empty roles that Entra adds. */
export function userOf(values: Values): JsonRecord {
  const user: Record<string, unknown> = {
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    ],
    meta: { resourceType: 'User' },
    roles: [],
  };
  for (const [path, value] of Object.entries(values)) writePath(user, path, value);
  return user;
}

function collect(read: (attribute: MappedAttribute) => Value | null): Values {
  const values: Record<string, Value> = {};
  for (const attribute of mapping) {
    const value = read(attribute);
    if (value !== null) values[attribute.path] = value;
  }
  return values;
}

/** Services that keep the string they were sent answer "True": the same to Entra. */
function asBoolean(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' ? value.toLowerCase() === 'true' : null;
}
