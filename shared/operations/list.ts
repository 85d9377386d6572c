import type { JsonObject } from '../scim/json.ts';
import { limits } from '../scim/limits.ts';
import { listResponse } from '../scim/messages.ts';
import { type Query, readQuery, readSearchRequest } from '../scim/query.ts';
import type { Stored } from '../store/resource-row.ts';
import { cursorPage } from './cursor.ts';
import { findByKey } from './lookup.ts';
import { resourceOf, type ScimRequest, type ScimResponse } from './operation.ts';

/** GET /Users (RFC 7644 section 3.4.2): a ListResponse. Throws invalidFilter, invalidValue, invalidCursor, invalidCount. */
export const list = (request: ScimRequest): Promise<ScimResponse> =>
  answer(request, readQuery(request.service.resourceType, request.search));

/** POST /Users/.search (RFC 7644 section 3.4.3): the same with the query in the body. */
export const search = async (request: ScimRequest): Promise<ScimResponse> =>
  answer(request, readSearchRequest(request.service.resourceType, await request.body()));

async function answer(request: ScimRequest, query: Query): Promise<ScimResponse> {
  // What is pinned is one page, so that no cursor can come from it: cursorPage refuses it.
  const pinned = query.cursor ? undefined : await findByKey(request, query);
  if (pinned) return matchResponse(request, query, pinned);
  const page =
    query.cursor === undefined ? await indexPage(request, query) : await cursorPage(request, query, query.cursor);
  return {
    status: 200,
    body: listResponse({ ...page, resources: page.resources.map(query.project) }),
    outcome: 'listed',
  };
}

/** A filter that one resource at most can match needs no paging: any page but the first is empty. */
function matchResponse(request: ScimRequest, query: Query, found: readonly Stored[]): ScimResponse {
  const isFirst = query.cursor !== undefined || query.startIndex === 1;
  const shown = isFirst && query.count !== 0 ? found : [];
  const resources = shown.map((stored) => query.project(resourceOf(request, stored)));
  const startIndex = query.cursor === undefined ? { startIndex: query.startIndex } : {};
  const [first] = found;
  return {
    status: 200,
    body: listResponse({ resources, totalResults: found.length, ...startIndex }),
    outcome: first ? 'matched' : 'not matched',
    ...(first && { id: first.id }),
  };
}

/** A page by index: all matches are counted, so that totalResults is exact (RFC 7644 section 3.4.2.4). */
async function indexPage(request: ScimRequest, query: Query) {
  const count = query.count ?? limits.defaultPageSize;
  const end = query.startIndex - 1 + count;
  const matches: JsonObject[] = [];
  let totalResults = 0;
  for await (const resource of matching(request, query)) {
    totalResults += 1;
    if (query.sort || (totalResults >= query.startIndex && totalResults <= end)) matches.push(resource);
  }
  const resources = query.sort ? matches.sort(query.sort).slice(query.startIndex - 1, end) : matches;
  return { resources, totalResults, startIndex: query.startIndex };
}

async function* matching(request: ScimRequest, { match }: Query): AsyncGenerator<JsonObject> {
  for await (const { resources } of request.store.scan('', limits.pageSize)) {
    for (const stored of resources) {
      const resource = resourceOf(request, stored);
      if (match?.test(resource) ?? true) yield resource;
    }
  }
}
