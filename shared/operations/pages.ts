import { type JsonObject, textOf } from '../scim/json.ts';
import { limits } from '../scim/limits.ts';
import type { Page } from '../scim/messages.ts';
import type { Query } from '../scim/query.ts';
import { inTurns } from '../store/in-turns.ts';
import type { Stored } from '../store/resource-row.ts';
import { cursorsOf } from './cursor.ts';
import { matches, sortedMatches } from './matches.ts';
import { resourceOf, type ScimRequest } from './operation.ts';

/** A page by index (RFC 7644 section 3.4.2.4). All matches are counted, so that totalResults is exact. */
export async function indexPage(request: ScimRequest, query: Query): Promise<Page> {
  const { startIndex } = query;
  const size = query.count ?? limits.defaultPageSize;
  if (query.sort) {
    const { first, total } = await sortedMatches(request, query, startIndex - 1 + size);
    const resources = await pageOf(request, first.slice(startIndex - 1), size);
    return { resources, totalResults: total, startIndex };
  }
  const page = pageBuilder(size);
  let totalResults = 0;
  for await (const { resource } of matches(request, query)) {
    totalResults += 1;
    if (totalResults >= startIndex) page.take(resource);
  }
  return { resources: page.resources, totalResults, startIndex };
}

/**
 * A page by cursor (RFC 9865). The position is the last RowKey of the page before, so every page costs the same. In a sorted list, it is the number of
 * resources before the page. With a count of 0, the response has only totalResults (RFC 9865 section 2.1). Throws invalidCursor.
 */
export async function cursorPage(request: ScimRequest, query: Query, cursor: string): Promise<Page> {
  const cursors = cursorsOf(request.token, request.service.name, query.digest);
  const position = cursor === '' ? '' : cursors.read(cursor);
  if (query.count === 0) return { resources: [], totalResults: await countMatches(request, query) };
  const size = query.count ?? limits.defaultPageSize;
  const read = query.sort ? sortedPage : keyPage;
  const { resources, next } = await read(request, query, { position, size });
  const isOnlyPage = cursor === '' && next === undefined;
  return {
    resources,
    ...(isOnlyPage && { totalResults: resources.length }),
    ...(next !== undefined && { nextCursor: cursors.write(next) }),
  };
}

async function countMatches(request: ScimRequest, query: Query): Promise<number> {
  let count = 0;
  for await (const _ of matches(request, query)) count += 1;
  return count;
}

interface PageStart {
  readonly position: string;
  readonly size: number;
}

interface CursorPage {
  readonly resources: readonly JsonObject[];
  /** The position of the next page, if there may be one. */
  readonly next?: string;
}

async function keyPage(request: ScimRequest, query: Query, { position, size }: PageStart): Promise<CursorPage> {
  const page = pageBuilder(size);
  // With a filter, a page may take more than `size` rows, so each call to storage reads as many as possible.
  const rows = query.match ? limits.pageSize : size;
  for await (const { stored, resource, hasMore } of matches(request, query, { after: position, size: rows })) {
    page.take(resource);
    if (page.isFull()) return { resources: page.resources, ...(hasMore && { next: stored.rowKey }) };
  }
  return { resources: page.resources };
}

async function sortedPage(request: ScimRequest, query: Query, { position, size }: PageStart): Promise<CursorPage> {
  const start = Number(position);
  const { first, total } = await sortedMatches(request, query, start + size);
  const resources = await pageOf(request, first.slice(start), size);
  const end = start + resources.length;
  return { resources, ...(end < total && { next: String(end) }) };
}

async function pageOf(request: ScimRequest, sorted: readonly Stored[], size: number): Promise<readonly JsonObject[]> {
  const page = pageBuilder(size);
  for await (const stored of inTurns(sorted)) page.take(resourceOf(request, stored));
  return page.resources;
}

/** Collects `size` resources, or fewer if their text is long. RFC 7644 section 3.4.2.4 allows fewer resources than requested. */
function pageBuilder(size: number) {
  const resources: JsonObject[] = [];
  let text = 0;
  const isFull = (): boolean => resources.length >= size || text > limits.pageText;
  return {
    resources,
    isFull,
    take(resource: JsonObject): void {
      if (isFull()) return;
      resources.push(resource);
      text += textOf(resource);
    },
  };
}
