// @ts-nocheck
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JsonObject } from '../scim/json.ts';
import { limits } from '../scim/limits.ts';
import type { Query } from '../scim/query.ts';
import type { Stored } from '../store/resource-row.ts';
import { resourceOf, type ScimRequest } from './operation.ts';

/** A resource that a query asks for. */
export interface Found {
  readonly stored: Stored;
  readonly resource: JsonObject;
  /** Whether rows that may match come after it. */
  readonly hasMore: boolean;
}

/** Milliseconds for which a scan keeps the event loop from other requests. */
const SHARE = 8;

/**
 * Goes through a tenant's resources in the order of their keys, after `after`, and yields those that match; `size` rows are read at once. Rows count
 * against the tenant's rate, comparisons against the request's budget, and within a page the event loop is given back when the share of
 * time is used up. Throws 400 tooMany.
 */
export async function* matches(
  request: ScimRequest,
  { match, reading }: Query,
  { after = '', size = limits.pageSize }: { readonly after?: string; readonly size?: number } = {},
): AsyncGenerator<Found> {
  for await (const page of request.store.scan(after, size)) {
    const { resources } = page;
    request.charge(page.rows);
    reading.spend(page.rows * (match?.terms ?? 0));
    let since = performance.now();
    for (const [at, stored] of resources.entries()) {
      if (performance.now() - since > SHARE) {
        await nextTurn();
        since = performance.now();
      }
      const resource = resourceOf(request, stored);
      if (match && !match.test(resource)) continue;
      yield { stored, resource, hasMore: page.hasMore || at + 1 < resources.length };
    }
  }
}

/** All matches in the order that the query asks for. A key is made once for each; what is not shown is not kept as a whole resource. */
export async function sortedMatches(request: ScimRequest, query: Query): Promise<readonly Stored[]> {
  const { sort } = query;
  if (!sort) throw new Error('The query asks for no order.');
  const found = [];
  for await (const { stored, resource } of matches(request, query)) found.push({ stored, key: sort.keyOf(resource) });
  return found.sort((left, right) => sort.compare(left.key, right.key)).map(({ stored }) => stored);
}
