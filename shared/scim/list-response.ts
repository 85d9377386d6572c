import type { JsonObject } from './json.ts';
import { messages } from './urns.ts';

/** One page of a list. */
export interface Page {
  readonly resources: readonly JsonObject[];
  /** Left out on pages by cursor that are not the whole result (RFC 9865 section 2). */
  readonly totalResults?: number;
  /** Only with index paging. */
  readonly startIndex?: number;
  readonly nextCursor?: string;
}

/** Renders a ListResponse (RFC 7644 section 3.4.2). */
export function listResponse({ resources, totalResults, startIndex, nextCursor }: Page): JsonObject {
  return {
    schemas: [messages.listResponse],
    ...(totalResults !== undefined && { totalResults }),
    ...(startIndex !== undefined && { startIndex }),
    itemsPerPage: resources.length,
    ...(nextCursor !== undefined && { nextCursor }),
    Resources: resources,
  };
}
