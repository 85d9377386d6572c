import { readPath, writePath } from './attribute-path.ts';
import type { DirectoryUser } from './directory.ts';
import type { JsonRecord } from './json.ts';
import { mapping, sourceValue } from './mapping.ts';

export type Value = string | boolean;

/** Attribute path -> value. An attribute without a value is absent: Entra never sends null. */
export type Values = Readonly<Record<string, Value>>;

/** What the mapping makes of a user of the directory. */
export function sourceValues(user: DirectoryUser): Values {
  return collect((mapped) => sourceValue(mapped, user));
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

function collect(read: (mapped: (typeof mapping)[number]) => Value | null): Values {
  const pairs = mapping.map((mapped) => [mapped.path, read(mapped)] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, Value] => pair[1] !== null));
}

/** Services that keep the string they were sent answer "True": the same to Entra. */
function asBoolean(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' ? value.toLowerCase() === 'true' : null;
}
