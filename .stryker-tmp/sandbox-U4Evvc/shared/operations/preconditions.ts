// @ts-nocheck
import { damaged, methodNotAllowed, notFound, preconditionFailed } from '../scim/errors.ts';
import type { Stored } from '../store/resource-row.ts';
import type { ScimRequest } from './operation.ts';

/** What an administrator has to know where the Tenant URL was entered with /Users at its end. */
export const TENANT_URL = 'There is nothing at this path. The Tenant URL ends in /scim, without /Users.';

/** The endpoints of a Tenant URL (RFC 7644 section 3.2): none of them is the id of a resource. */
const endpoints = new Set(['users', 'groups', 'schemas', 'resourcetypes', 'serviceproviderconfig', 'bulk', 'me']);

/** The resource that the path names. Throws 404, and 405 for /Users/.search, which names none (RFC 7644 section 3.4.3). */
export async function existing({ store, id, method }: ScimRequest): Promise<Stored> {
  const segment = id.toLowerCase();
  if (segment === '.search') throw methodNotAllowed(['POST'], `${method} is not possible here; use POST.`);
  if (endpoints.has(segment)) throw notFound(TENANT_URL);
  const stored = await store.find(id);
  if (stored) return stored;
  throw notFound(
    'There is no resource with this id. It was deleted, or the id is of another tenant or another service.',
  );
}

/** The resource where all of it can be read. Throws 500: half of a resource is not shown. */
export function whole(stored: Stored): Stored {
  if (stored.unreadable.length > 0) throw damaged();
  return stored;
}

/**
 * Throws 412 for a write whose preconditions the version does not meet: If-Match has to name it, If-None-Match must not
 * (RFC 7644 section 3.14, RFC 9110 sections 13.1.1 and 13.1.2). The write then happens under that version.
 */
export function checkPreconditions(request: ScimRequest, { version }: Stored): void {
  const match = request.header('if-match');
  if (match !== null && !names(match, version))
    throw preconditionFailed(
      'The resource has changed since the version in If-Match; read it again and repeat the change.',
    );
  const noneMatch = request.header('if-none-match');
  if (noneMatch !== null && names(noneMatch, version))
    throw preconditionFailed('The resource is there in the version that If-None-Match excludes.');
}

/** Whether If-None-Match names the version that the client has already (RFC 9110 section 13.1.2). */
export function isNotModified(request: ScimRequest, { version }: Stored): boolean {
  const header = request.header('if-none-match');
  return header !== null && names(header, version);
}

/** Compares weakly: W/ does not count (RFC 9110 section 8.8.3.2). */
const names = (header: string, version: string): boolean =>
  header
    .split(',')
    .map((tag) => tag.trim())
    .some((tag) => tag === '*' || opaque(tag) === opaque(version));

const opaque = (tag: string): string => tag.replace(/^W\//, '');
