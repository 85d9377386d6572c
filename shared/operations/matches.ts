import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { JsonObject } from '../scim/json.ts';
import { limits } from '../scim/limits.ts';
import type { Query } from '../scim/query.ts';
import type { Stored } from '../store/resource-row.ts';
import { resourceOf, type ScimRequest } from './operation.ts';

/** A resource that matches a query. */
export interface Found {
  readonly stored: Stored;
  readonly resource: JsonObject;
  /** Whether there are more rows after it, which may match too. */
  readonly hasMore: boolean;
}

/** How long a scan may keep the event loop from other requests, in milliseconds. */
const SHARE = 8;

/**
 * Goes through a tenant's resources in the order of their RowKeys, starting after the key `after`, and yields those that match. Each call to storage
 * reads `size` rows. Rows count against the tenant's rate limit, and comparisons against the request's budget. When a scan has used its share of
 * time, it lets other requests run. Throws 400 tooMany.
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
        await yieldToEventLoop();
        since = performance.now();
      }
      const resource = resourceOf(request, stored);
      if (match && !match.test(resource)) continue;
      yield { stored, resource, hasMore: page.hasMore || at + 1 < resources.length };
    }
  }
}

/** All matches in the order that the query asks for. Each sort key is made only once. To save memory, rendered resources are not kept. */
export async function sortedMatches(request: ScimRequest, query: Query): Promise<readonly Stored[]> {
  const { sort } = query;
  if (!sort) throw new Error('The query does not ask for an order.');
  const found = [];
  for await (const { stored, resource } of matches(request, query)) found.push({ stored, key: sort.keyOf(resource) });
  return found.sort((left, right) => sort.compare(left.key, right.key)).map(({ stored }) => stored);
}
