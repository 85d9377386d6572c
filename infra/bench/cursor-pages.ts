import { setTimeout as pause } from 'node:timers/promises';
import { odata, type TableClient } from '@azure/data-tables';
import { connectTable } from '../../shared/store/connect.ts';
import { type Client, openClient, type Spent, spentBetween } from './client.ts';
import { type Figure, growth, least, median, ms } from './figures.ts';
import { type Server, type Tenant, tenants, tokens } from './server.ts';
import type { Sizes } from './sizes.ts';

/** Users on a page. */
const PAGE = 100;

/**
 * The interval between pages, in milliseconds. It is fixed, because a process that waits longer for Azurite needs a quarter more CPU for the
 * same page: its caches are cold.
 */
const INTERVAL = 40;

/** The cost of a page, and the time that Azurite alone needs for its query, for each round. */
interface Pages {
  readonly spent: Spent[];
  readonly alone: number[];
}

/** Reads both directories by cursor, page by page, with the same number of pages in each. `tables` is the connection string of the service's tables. */
export async function measureCursorPages(server: Server, tables: string, sizes: Sizes): Promise<readonly Figure[]> {
  const pages: Readonly<Record<Tenant, Pages>> = {
    small: { spent: [], alone: [] },
    large: { spent: [], alone: [] },
  };
  for (let round = 0; round <= sizes.rounds / 2; round += 1)
    for (const tenant of tenants) {
      const walks = Math.round(sizes.large / sizes[tenant]);
      const spent = await walk(server, { tenant, size: sizes[tenant], walks });
      if (round > 0) pages[tenant].spent.push(spent);
      pages[tenant].alone.push(await timeStoragePages(tables, tenant, PAGE));
    }
  return figuresOf(pages.small, pages.large);
}

interface Walks {
  readonly tenant: Tenant;
  /** The number of users in its directory. */
  readonly size: number;
  readonly walks: number;
}

async function walk(server: Server, { tenant, size, walks }: Walks): Promise<Spent> {
  const client = openClient(server.url, tokens[tenant], 1);
  const before = await server.usage();
  const durations: number[] = [];
  for (let at = 0; at < walks; at += 1) durations.push(...(await walkOnce(client, size)));
  const after = await server.usage();
  client.close();
  return spentBetween(before, after, durations);
}

/** Reads a directory to its end. Resolves to the time of each page. Throws if the number of users is wrong. */
async function walkOnce(client: Client, size: number): Promise<readonly number[]> {
  const durations: number[] = [];
  let users = 0;
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const path = `/advisors/scim/Users?cursor=${cursor}&count=${PAGE}`;
    const { text, duration } = await client.send({ method: 'GET', path });
    const page: Page = JSON.parse(text); // if the response is not a page, the check below fails
    durations.push(duration);
    await pause(Math.max(0, INTERVAL - duration));
    users += page.itemsPerPage ?? 0;
    cursor = page.nextCursor;
  }
  if (users === size) return durations;
  throw new Error(`The list by cursor returned ${users} of ${size} users.`);
}

interface Page {
  readonly itemsPerPage?: number;
  readonly nextCursor?: string;
}

function figuresOf(small: Pages, large: Pages): readonly Figure[] {
  const of = ({ spent }: Pages, pick: (one: Spent) => number): number => least(spent.map(pick));
  const storageCalls = (one: Spent): number => one.storageCalls;
  const cpu = (one: Spent): number => one.cpu;
  const latency = (one: Spent): number => one.latency;
  const alone = { small: least(small.alone), large: least(large.alone) };
  const beyond = growth(of(small, latency) / alone.small, of(large, latency) / alone.large);
  return [
    compare('storage calls', of(small, storageCalls), of(large, storageCalls)),
    compare('CPU', of(small, cpu), of(large, cpu)),
    {
      ...compare('latency beyond the growth of Azurite alone', of(small, latency), of(large, latency)),
      value: beyond,
      floor: growth(alone.small, alone.large),
      details: {
        'a page': `${ms(of(small, latency))} small, ${ms(of(large, latency))} large`,
        'its query of Azurite alone': `${ms(alone.small)} small, ${ms(alone.large)} large`,
      },
    },
  ];
}

const compare = (aspect: string, small: number, large: number): Figure => ({
  name: `cursor pages in the large directory over the small one, ${aspect}`,
  unit: '%',
  value: growth(small, large),
  goal: 10,
  details: { 'a page': `${small.toFixed(3)} small, ${large.toFixed(3)} large` },
});

/** The time in milliseconds that Azurite alone needs for a page of a tenant's list. It sends the same queries as the service, but from this process. */
async function timeStoragePages(tables: string, tenant: string, size: number): Promise<number> {
  const table = connectTable({ tables, name: 'advisors' }, () => {
    throw new Error('Azurite does not need an identity.');
  });
  const durations: number[] = [];
  let after: string | undefined = '';
  while (after !== undefined) {
    const started = performance.now();
    after = await readPage(table, { tenant, after, size });
    durations.push(performance.now() - started);
  }
  return median(durations);
}

interface StoragePage {
  readonly tenant: string;
  readonly after: string;
  readonly size: number;
}

/** Reads the page after a RowKey. Resolves to the page's last RowKey, or to undefined if it is the last page. */
async function readPage(table: TableClient, { tenant, after, size }: StoragePage): Promise<string | undefined> {
  const filter = odata`PartitionKey eq ${tenant} and RowKey gt ${after} and RowKey lt '~'`;
  const pages = table.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize: size });
  const { value: rows } = await pages.next();
  return rows?.continuationToken === undefined ? undefined : rows.at(-1)?.rowKey;
}
