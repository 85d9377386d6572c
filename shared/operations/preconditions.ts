import { damaged, methodNotAllowed, notFound, preconditionFailed } from '../scim/errors.ts';
import type { Stored } from '../store/resource-row.ts';
import type { ScimRequest } from './operation.ts';

/** For administrators who entered the Tenant URL with /Users at its end. */
export const TENANT_URL = 'This path does not exist. The Tenant URL must end in /scim, without /Users.';

/** The endpoints below a Tenant URL (RFC 7644 section 3.2). No resource has one of these names as its id. */
const endpoints = new Set(['users', 'groups', 'schemas', 'resourcetypes', 'serviceproviderconfig', 'bulk', 'me']);

/** The resource that the path names. Throws 404, and 405 for /Users/.search, which does not name a resource (RFC 7644 section 3.4.3). */
export async function requireResource({ store, id, method }: ScimRequest): Promise<Stored> {
  const segment = id.toLowerCase();
  if (segment === '.search') throw methodNotAllowed(['POST'], `${method} is not allowed on this path. Use POST.`);
  if (endpoints.has(segment)) throw notFound(TENANT_URL);
  const stored = await store.find(id);
  if (stored) return stored;
  throw notFound('There is no resource with this id. It was deleted, or the id belongs to another tenant or service.');
}

/** Returns the resource if all of it can be read. Otherwise throws 500, because a resource is never shown in part. */
export function requireReadable(stored: Stored): Stored {
  if (stored.unreadable.length > 0) throw damaged();
  return stored;
}

/**
 * Throws 412 if the version does not meet the preconditions of a write: If-Match has to name the version, and If-None-Match must not name it
 * (RFC 7644 section 3.14, RFC 9110 sections 13.1.1 and 13.1.2). The write itself is then carried out only if the version is still the same.
 */
export function checkPreconditions(request: ScimRequest, { version }: Stored): void {
  const match = request.header('if-match');
  if (match !== null && !namesVersion(match, version))
    throw preconditionFailed('The resource is not the version in If-Match. Read it again and repeat the change.');
  const noneMatch = request.header('if-none-match');
  if (noneMatch !== null && namesVersion(noneMatch, version))
    throw preconditionFailed('If-None-Match excludes the current version of the resource.');
}

/** Whether If-None-Match names this version, which means that the client already has it (RFC 9110 section 13.1.2). */
export function isNotModified(request: ScimRequest, { version }: Stored): boolean {
  const header = request.header('if-none-match');
  return header !== null && namesVersion(header, version);
}

/** Whether a header names a version. The comparison is weak: the prefix W/ does not count (RFC 9110 section 8.8.3.2). */
const namesVersion = (header: string, version: string): boolean =>
  header
    .split(',')
    .map((tag) => tag.trim())
    .some((tag) => tag === '*' || opaqueTag(tag) === opaqueTag(version));

const opaqueTag = (tag: string): string => tag.replace(/^W\//, '');
