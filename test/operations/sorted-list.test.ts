import { expect, test } from '@jest/globals';
import { list } from '../../shared/operations/list.ts';
import { sortedMatches } from '../../shared/operations/matches.ts';
import type { Operation } from '../../shared/operations/operation.ts';
import { readQuery } from '../../shared/scim/query.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { startCalls } from '../../shared/store/calls.ts';
import { newState, type Stored } from '../../shared/store/resource-row.ts';
import type { TenantStore } from '../../shared/store/store.ts';
import { memoryStore } from '../scim/memory-store.ts';
import { turnsDuring } from '../store/turns-during.ts';
import { inProcess } from './in-process.ts';

const TOTAL = 5_000;
/** Rows of a page of storage: a number that does not divide a thousand. */
const PAGE = 700;
const LONG_AGO = new Date(0);

/** People in the order of their RowKeys, whose names are in no order. Each name belongs to several people. */
const people: readonly Stored[] = Array.from({ length: TOTAL }, (_, at) => {
  const id = `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
  const displayName = `Name ${(at * 7919) % 1_999}`;
  return newState(
    id,
    { displayName },
    { created: LONG_AGO, lastModified: LONG_AGO, indexRows: new Map(), preserved: {} },
  );
});

const store: TenantStore = {
  ...memoryStore(advisors.resourceType),
  async *scan() {
    for (let from = 0; from < TOTAL; from += PAGE) {
      const resources = people.slice(from, from + PAGE);
      yield { resources, rows: resources.length, hasMore: from + PAGE < TOTAL };
    }
  },
  calls: startCalls(),
  damage: () => ({ count: 0, rows: [] }),
};

const clientOf = (operation: Operation) => inProcess({ store: () => store, operations: { 'GET /Users': operation } });
const call = clientOf(list);

const nameOf = ({ attributes }: Stored) => String(attributes['displayName']).toLowerCase();
const order = (left: string, right: string) => Number(left > right) - Number(left < right);
const ascending = people.toSorted((left, right) => order(nameOf(left), nameOf(right))).map(({ id }) => id);
const descending = people.toSorted((left, right) => order(nameOf(right), nameOf(left))).map(({ id }) => id);

const idsIn = (text: string) => [...text.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id);

test.each([1, 901, 1_000, 4_950, TOTAL + 1])(
  'a sorted page from index %d is that part of the whole order, and people of one name stay in the order of their keys',
  async (startIndex) => {
    for (const [sortOrder, whole] of Object.entries({ ascending, descending })) {
      const { body, text } = await call(
        'GET',
        `/Users?sortBy=displayName&sortOrder=${sortOrder}&startIndex=${startIndex}&attributes=id`,
      );
      expect(idsIn(text)).toEqual(whole.slice(startIndex - 1, startIndex + 99));
      expect(body['totalResults']).toBe(TOTAL);
    }
  },
);

test('the pages of a sorted list by cursor are the whole order', async () => {
  const ids: (string | undefined)[] = [];
  let cursor: unknown = '';
  while (cursor !== undefined) {
    const { body, text } = await call('GET', `/Users?sortBy=displayName&count=1000&attributes=id&cursor=${cursor}`);
    ids.push(...idsIn(text));
    cursor = body['nextCursor'];
  }
  expect(ids).toEqual(ascending);
});

/** How many comparisons the first `most` matches of a sorted list take. */
async function comparisonsOf(most: number): Promise<number> {
  let comparisons = 0;
  const count: Operation = async (request) => {
    const { sort, ...query } = readQuery(advisors.resourceType, request.search, request.reading());
    if (!sort) throw new Error('The test asks for a sorted list.');
    const compare: typeof sort.compare = (left, right) => {
      comparisons += 1;
      return sort.compare(left, right);
    };
    const { first, total } = await sortedMatches(request, { ...query, sort: { ...sort, compare } }, most);
    return { status: 200, body: { kept: first.length, total }, outcome: 'listed' };
  };
  const { body } = await clientOf(count)('GET', '/Users?sortBy=displayName');
  expect(body).toEqual({ kept: Math.min(most, TOTAL), total: TOTAL });
  return comparisons;
}

test('a sort that adds a thousand at a time takes little more work than one sort of them all', async () => {
  const atOnce = TOTAL * Math.log2(TOTAL);
  expect(await comparisonsOf(100)).toBeLessThan(atOnce);
  expect(await comparisonsOf(TOTAL)).toBeLessThan(1.5 * atOnce);
});

test('a list gives others the event loop on each page of rows, and before its page is projected', async () => {
  const pages = Math.ceil(TOTAL / PAGE);
  expect(await turnsDuring(() => call('GET', '/Users?count=10'))).toBeGreaterThanOrEqual(pages + 1);
  expect(await turnsDuring(() => call('GET', '/Users?sortBy=displayName&count=10'))).toBeGreaterThanOrEqual(pages + 2);
});
