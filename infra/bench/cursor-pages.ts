import { setTimeout as pause } from 'node:timers/promises';
import type { Sizes } from './arguments.ts';
import { type Client, openClient } from './client.ts';
import { type Figure, ms } from './figure.ts';
import { growth } from './growth.ts';
import type { Server } from './server.ts';
import { type Tenant, tenants, tokens } from './settings.ts';
import { least, median, type Spent } from './spend.ts';
import { timeStoragePages } from './storage-pages.ts';

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
      const spent = await walk(server, tenant, sizes[tenant], walks);
      if (round > 0) pages[tenant].spent.push(spent);
      pages[tenant].alone.push(await timeStoragePages(tables, tenant, PAGE));
    }
  return figuresOf(pages.small, pages.large);
}

async function walk(server: Server, tenant: Tenant, size: number, walks: number): Promise<Spent> {
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
  const latency = ({ latency: time }: Spent): number => time;
  const alone = { small: least(small.alone), large: least(large.alone) };
  const beyond = growth(of(small, latency) / alone.small, of(large, latency) / alone.large);
  return [
    compare('storage calls', (pages) => of(pages, ({ storageCalls }) => storageCalls), small, large),
    compare('CPU', (pages) => of(pages, ({ cpu }) => cpu), small, large),
    {
      ...compare('latency beyond the growth of Azurite alone', (pages) => of(pages, latency), small, large),
      value: beyond,
      floor: growth(alone.small, alone.large),
      details: {
        'a page': `${ms(of(small, latency))} small, ${ms(of(large, latency))} large`,
        'its query of Azurite alone': `${ms(alone.small)} small, ${ms(alone.large)} large`,
      },
    },
  ];
}

function compare(aspect: string, read: (pages: Pages) => number, small: Pages, large: Pages): Figure {
  return {
    name: `cursor pages in the large directory over the small one, ${aspect}`,
    unit: '%',
    value: growth(read(small), read(large)),
    goal: 10,
    details: { 'a page': `${read(small).toFixed(3)} small, ${read(large).toFixed(3)} large` },
  };
}
