import { setTimeout as pause } from 'node:timers/promises';
import { odata, type TableClient } from '@azure/data-tables';
import { connectTable } from '../../shared/store/connect.ts';
import { type Client, openClient, type Spent } from './client.ts';
import { type Figure, growth, least, median, ms } from './figures.ts';
import { type Server, type Tenant, tenants, tokens } from './server.ts';
import type { Sizes } from './sizes.ts';

/** Users on a page. */
const PAGE = 100;

/**
 * Milliseconds from one page to the next. A process that has waited longer for Azurite takes a quarter more CPU for the same page, because its
 * caches are cold; at one beat both directories let it wait alike.
 */
const BEAT = 40;

/** What a page cost, and what its query takes of Azurite alone, round by round. */
interface Pages {
  readonly spent: Spent[];
  readonly alone: number[];
}

/** Walks through both directories by cursor, page by page, as many pages in the one as in the other. `tables` is where the service has them. */
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
  /** How many users its directory has. */
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
  return {
    cpu: (after.cpu - before.cpu) / durations.length,
    latency: median(durations),
    storageCalls: (after.storageCalls - before.storageCalls) / durations.length,
  };
}

/** Goes through a directory to its end; resolves to the time of each page. Throws where not everyone was seen. */
async function walkOnce(client: Client, size: number): Promise<readonly number[]> {
  const durations: number[] = [];
  let users = 0;
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const path = `/advisors/scim/Users?cursor=${cursor}&count=${PAGE}`;
    const { text, duration } = await client.send({ method: 'GET', path });
    const page: Page = JSON.parse(text); // where it is no page, the count below is wrong
    durations.push(duration);
    await pause(Math.max(0, BEAT - duration));
    users += page.itemsPerPage ?? 0;
    cursor = page.nextCursor;
  }
  if (users === size) return durations;
  throw new Error(`The list by cursor showed ${users} users of ${size}.`);
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

/** What the pages of a tenant's list take of Azurite alone: the queries that the service makes of it, sent from here, in milliseconds. */
async function timeStoragePages(tables: string, tenant: string, size: number): Promise<number> {
  const table = connectTable({ tables, name: 'advisors' }, () => {
    throw new Error('Azurite asks for no identity.');
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

/** Reads the page after a RowKey; resolves to its last RowKey where there is another page. */
async function readPage(table: TableClient, { tenant, after, size }: StoragePage): Promise<string | undefined> {
  const filter = odata`PartitionKey eq ${tenant} and RowKey gt ${after} and RowKey lt '~'`;
  const pages = table.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize: size });
  const { value: rows } = await pages.next();
  return rows?.continuationToken === undefined ? undefined : rows.at(-1)?.rowKey;
}
