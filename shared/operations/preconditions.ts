import { damaged, methodNotAllowed, notFound, preconditionFailed } from '../scim/errors.ts';
import type { Stored } from '../store/resource-row.ts';
import type { ScimRequest } from './operation.ts';

/** The detail for an unknown path, which is often a Tenant URL with /Users at its end. */
export const TENANT_URL = 'This path does not exist. The Tenant URL must end in /scim, without /Users.';

/** The endpoints below a Tenant URL (RFC 7644 section 3.2). No resource has one of these names as its id. */
const endpoints = new Set(['users', 'groups', 'schemas', 'resourcetypes', 'serviceproviderconfig', 'bulk', 'me']);

/** Reads the resource that the path names. Throws 404, and 405 for /Users/.search, which is not a resource (RFC 7644 section 3.4.3). */
export async function requireResource({ store, id, method }: ScimRequest): Promise<Stored> {
  const segment = id.toLowerCase();
  if (segment === '.search') throw methodNotAllowed(['POST'], `${method} is not allowed on this path. Use POST.`);
  if (endpoints.has(segment)) throw notFound(TENANT_URL);
  const stored = await store.find(id);
  if (stored) return stored;
  throw notFound('There is no resource with this id. It was deleted, or the id belongs to another tenant or service.');
}

/** Returns the resource, or throws 500 if a part of it cannot be read. */
export function requireReadable(stored: Stored): Stored {
  if (stored.unreadable.length > 0) throw damaged();
  return stored;
}

/**
 * Throws 412 if the version does not meet the preconditions of a write: If-Match has to name the version, and If-None-Match must not name it
 * (RFC 7644 section 3.14, RFC 9110 sections 13.1.1 and 13.1.2).
 */
export function checkPreconditions(request: ScimRequest, { version }: Stored): void {
  const match = request.header('if-match');
  if (match !== null && !namesVersion(match, version))
    throw preconditionFailed('The resource is not the version in If-Match. Read it again and repeat the change.');
  const noneMatch = request.header('if-none-match');
  if (noneMatch !== null && namesVersion(noneMatch, version))
    throw preconditionFailed('If-None-Match excludes the current version of the resource.');
}

/** Whether the client already has this version, because If-None-Match names it (RFC 9110 section 13.1.2). */
export function isNotModified(request: ScimRequest, { version }: Stored): boolean {
  const header = request.header('if-none-match');
  return header !== null && namesVersion(header, version);
}

/** Whether a header names a version, by the weak comparison of RFC 9110 section 8.8.3.2, which ignores the prefix W/. */
const namesVersion = (header: string, version: string): boolean =>
  header
    .split(',')
    .map((tag) => tag.trim())
    .some((tag) => tag === '*' || opaqueTag(tag) === opaqueTag(version));

const opaqueTag = (tag: string): string => tag.replace(/^W\//, '');
