import type { JsonObject } from '../scim/json.ts';
import { listResponse } from '../scim/messages.ts';
import { type Query, queryBudget, readQuery, readSearchRequest } from '../scim/query.ts';
import { inTurns } from '../store/in-turns.ts';
import type { Stored } from '../store/resource-row.ts';
import { findByKey } from './lookup.ts';
import { resourceOf, type ScimRequest, type ScimResponse } from './operation.ts';
import { cursorPage, indexPage } from './pages.ts';

/** GET /Users (RFC 7644 section 3.4.2): a ListResponse. Throws invalidFilter, invalidValue, invalidCursor, invalidCount, tooMany. */
export const list = (request: ScimRequest): Promise<ScimResponse> =>
  respond(request, readQuery(request.service.resourceType, request.search, request.reading(queryBudget)));

/** POST /Users/.search (RFC 7644 section 3.4.3): the same with the query in the body. */
export const search = async (request: ScimRequest): Promise<ScimResponse> =>
  respond(request, readSearchRequest(request.service.resourceType, await request.body(), request.reading(queryBudget)));

async function respond(request: ScimRequest, query: Query): Promise<ScimResponse> {
  // A lookup by key never issues a cursor, so cursorPage refuses a cursor that is sent with one.
  const found = query.cursor ? undefined : await findByKey(request, query);
  if (found) return matchResponse(request, query, found);
  const page =
    query.cursor === undefined ? await indexPage(request, query) : await cursorPage(request, query, query.cursor);
  const resources: JsonObject[] = [];
  for await (const resource of inTurns(page.resources)) resources.push(query.project(resource));
  return { status: 200, body: listResponse({ ...page, resources }), outcome: 'listed' };
}

/** The response to a filter that at most one resource can match. All pages after the first are empty. */
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
