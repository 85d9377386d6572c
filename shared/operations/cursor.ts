import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { badRequest } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import { limits } from '../scim/limits.ts';
import type { Page } from '../scim/messages.ts';
import type { Query } from '../scim/query.ts';
import { resourceOf, type ScimRequest } from './operation.ts';

/**
 * A cursor (RFC 9865) is a position in one query of one tenant, signed with a key that is derived from the caller's own token: every instance
 * makes and reads the same, and no other tenant, service or query can use it. Only URL-unreserved characters.
 */
interface Cursors {
  readonly write: (position: string) => string;
  /** Throws invalidCursor. */
  readonly read: (cursor: string) => string;
}

const DIGEST_BYTES = 12;
const MAC_BYTES = 18;
/** Characters of a cursor that are looked at: more than any of ours has. */
const LONGEST = 400;

/** The cursors of a query: `token` is the caller's, `query` all that has to stay the same from page to page. */
export function cursorsOf(token: string, service: string, query: string): Cursors {
  const key = Buffer.from(hkdfSync('sha256', token, '', `bookme-scim cursor ${service}`, 32));
  const digest = createHash('sha256').update(query).digest().subarray(0, DIGEST_BYTES);
  const sign = (body: Buffer): Buffer => createHmac('sha256', key).update(body).digest().subarray(0, MAC_BYTES);

  function write(position: string): string {
    const body = Buffer.concat([digest, Buffer.from(position)]);
    return Buffer.concat([sign(body), body]).toString('base64url');
  }

  function read(cursor: string): string {
    const bytes = Buffer.from(cursor.slice(0, LONGEST), 'base64url');
    const body = bytes.subarray(MAC_BYTES);
    const isOurs =
      bytes.toString('base64url') === cursor && // Buffer.from skips what it cannot read
      bytes.length >= MAC_BYTES + DIGEST_BYTES &&
      timingSafeEqual(bytes.subarray(0, MAC_BYTES), sign(body));
    if (!isOurs || !body.subarray(0, DIGEST_BYTES).equals(digest)) {
      throw badRequest(
        'invalidCursor',
        'This cursor does not belong to this query or this token; start again with an empty cursor.',
      );
    }
    return body.subarray(DIGEST_BYTES).toString();
  }

  return { write, read };
}

/**
 * A page by cursor (RFC 9865): the position is the last RowKey, so that a page costs the same at any depth of any directory. A sorted list has
 * no such order in the storage: its position is a number of resources.
 */
export async function cursorPage(request: ScimRequest, query: Query, cursor: string): Promise<Page> {
  const cursors = cursorsOf(request.token, request.service.name, query.digest);
  const position = cursor === '' ? '' : cursors.read(cursor);
  const size = query.count ?? limits.defaultPageSize;
  const { resources, next } = query.sort
    ? await sortedPage(request, query, position, size)
    : await keyPage(request, query, position, size);
  const isWhole = cursor === '' && next === undefined;
  return {
    resources,
    ...(isWhole && { totalResults: resources.length }),
    ...(next !== undefined && { nextCursor: cursors.write(next) }),
  };
}

interface Found {
  readonly resources: readonly JsonObject[];
  /** The position of the next page, where there may be one. */
  readonly next?: string;
}

async function keyPage(request: ScimRequest, { match }: Query, after: string, size: number): Promise<Found> {
  const resources: JsonObject[] = [];
  if (size === 0) return { resources, next: after };
  // With a filter more rows than `size` have to be looked at: as many as one call returns.
  for await (const page of request.store.scan(after, match ? limits.pageSize : size)) {
    for (const [at, stored] of page.resources.entries()) {
      const resource = resourceOf(request, stored);
      if (match?.test(resource) ?? true) resources.push(resource);
      const hasMore = page.hasMore || at + 1 < page.resources.length;
      if (resources.length === size) return { resources, ...(hasMore && { next: stored.rowKey }) };
    }
  }
  return { resources };
}

async function sortedPage(
  request: ScimRequest,
  { match, sort }: Query,
  position: string,
  size: number,
): Promise<Found> {
  const all: JsonObject[] = [];
  for await (const page of request.store.scan('', limits.pageSize))
    all.push(...page.resources.map((stored) => resourceOf(request, stored)));
  const matches = all.filter((resource) => match?.test(resource) ?? true).sort(sort);
  const start = Number(position);
  const resources = matches.slice(start, start + size);
  const hasMore = start + size < matches.length;
  return { resources, ...(hasMore && { next: String(start + size) }) };
}
