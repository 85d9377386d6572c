import { methodNotAllowed, notFound, preconditionFailed } from '../scim/errors.ts';
import type { Stored } from '../store/resource-row.ts';
import type { ScimRequest } from './operation.ts';

/** The resource that the path names. Throws 404, and 405 for /Users/.search, which names none (RFC 7644 section 3.4.3). */
export async function existing({ store, id, method }: ScimRequest): Promise<Stored> {
  if (id.toLowerCase() === '.search') throw methodNotAllowed(['POST'], `${method} is not possible here; use POST.`);
  const stored = await store.find(id);
  if (stored) return stored;
  throw notFound(
    'There is no resource with this id. It was deleted, or the id is of another tenant or another service.',
  );
}

/** Throws 412 unless If-Match, where it was sent, names the version (RFC 7644 section 3.14); the write then happens under that version. */
export function checkIfMatch(request: ScimRequest, { version }: Stored): void {
  const header = request.header('if-match');
  if (header === null || names(header, version)) return;
  throw preconditionFailed(
    'The resource has changed since the version in If-Match; read it again and repeat the change.',
  );
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
