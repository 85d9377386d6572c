import type { SortKey } from '../scim/comparison.ts';
import type { JsonObject } from '../scim/json.ts';
import { limits } from '../scim/limits.ts';
import type { Query } from '../scim/query.ts';
import { inTurns } from '../store/in-turns.ts';
import type { Stored } from '../store/resource-row.ts';
import { resourceOf, type ScimRequest } from './operation.ts';

/** A resource that matches a query. */
export interface Match {
  readonly stored: Stored;
  readonly resource: JsonObject;
  /** Whether more rows follow, which may match too. */
  readonly hasMore: boolean;
}

/**
 * Scans a tenant's resources in the order of their RowKeys, after the key `after`, and yields those that match. Each call to storage reads `size`
 * rows. Rows count against the tenant's rate limit, and comparisons against the request's budget. Throws 400 tooMany beyond the budget.
 */
export async function* matches(
  request: ScimRequest,
  { match, reading }: Query,
  { after = '', size = limits.pageSize }: { readonly after?: string; readonly size?: number } = {},
): AsyncGenerator<Match> {
  for await (const page of request.store.scan(after, size)) {
    const { resources } = page;
    request.charge(page.rows);
    reading.spend(page.rows * (match?.terms ?? 0));
    for await (const [at, stored] of inTurns(resources.entries())) {
      const resource = resourceOf(request, stored);
      if (match && !match.test(resource)) continue;
      yield { stored, resource, hasMore: page.hasMore || at + 1 < resources.length };
    }
  }
}

/** The beginning of a sorted list. */
export interface SortedMatches {
  readonly first: readonly Stored[];
  /** The number of all matches. */
  readonly total: number;
}

/**
 * The first `most` matches in the order of `sortBy` and `sortOrder`. The matches are sorted after every thousand, and those beyond `most` are dropped
 * to save memory. Each of these sorts is short, because most of the list is already in order.
 */
export async function sortedMatches(request: ScimRequest, query: Query, most: number): Promise<SortedMatches> {
  const { sort } = query;
  if (!sort) throw new Error('The query has no sortBy.');
  const first: { readonly stored: Stored; readonly key: SortKey }[] = [];
  const putInOrder = () => first.sort((left, right) => sort.compare(left.key, right.key)).splice(most);
  let total = 0;
  for await (const { stored, resource } of matches(request, query)) {
    total += 1;
    first.push({ stored, key: sort.keyOf(resource) });
    if (total % limits.pageSize === 0) putInOrder();
  }
  putInOrder();
  return { first: first.map(({ stored }) => stored), total };
}
