import type { JsonObject } from '../scim/json.ts';
import { limits } from '../scim/limits.ts';
import type { Page } from '../scim/list-response.ts';
import type { Query } from '../scim/query.ts';
import { cursorsOf } from './cursor.ts';
import type { ScimRequest } from './operation.ts';
import { resourceOf } from './resource-response.ts';

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
