import type { Sizes } from './arguments.ts';
import { type Client, openClient } from './client.ts';
import { type Figure, ms } from './figure.ts';
import { stages } from './life.ts';
import type { Server } from './server.ts';
import { type Tenant, tenants, tokens } from './settings.ts';
import { least, median, type Spent, spend } from './spend.ts';

/** What each kind of request cost in the directory of one tenant, round by round. */
type Costs = ReadonlyMap<string, Spent[]>;

/** Users on a page of the list by cursor, and how many walk through it at once. */
const PAGE = 100;
const WALKERS = 2;

/**
 * What requests cost against Azurite in a small directory and in a large one. Both stand in one table and are measured in turn, so that they
 * differ in nothing but their own size: Azurite itself slows down as a table grows.
 */
export async function measureDirectories(server: Server, sizes: Sizes): Promise<readonly Figure[]> {
  const costs = { small: newCosts(), large: newCosts() };
  const clients = {
    small: openClient(server.url, tokens.small, sizes.inFlight),
    large: openClient(server.url, tokens.large, sizes.inFlight),
  };
  for (let round = 0; round <= sizes.rounds; round += 1) {
    const isWarm = round > 0;
    for (const { name, tasks } of stages)
      for (const tenant of tenants) {
        const requests = tasks(round + 1, sizes.requests / 4);
        const spent = await spend(server, clients[tenant], sizes.inFlight, requests);
        if (isWarm) costs[tenant].get(name)?.push(spent);
      }
  }
  for (let round = 0; round <= sizes.rounds / 2; round += 1)
    for (const tenant of tenants)
      costs[tenant].get('cursor page')?.push(await walk(server, clients[tenant], sizes[tenant]));
  for (const tenant of tenants) clients[tenant].close();
  return [lifeFigure(costs.small), ...growthFigures(costs)];
}

const newCosts = (): Costs => new Map([...stages.map(({ name }) => name), 'cursor page'].map((name) => [name, []]));

/** Goes through a directory page by page, some walkers at a time, and checks that each saw everyone. */
async function walk(server: Server, client: Client, size: number): Promise<Spent> {
  const before = await server.usage();
  const durations = (await Promise.all(Array.from({ length: WALKERS }, () => walkOnce(client, size)))).flat();
  const after = await server.usage();
  return {
    cpu: (after.cpu - before.cpu) / durations.length,
    latency: median(durations),
    storageCalls: (after.storageCalls - before.storageCalls) / durations.length,
  };
}

async function walkOnce(client: Client, size: number): Promise<readonly number[]> {
  const durations: number[] = [];
  let users = 0;
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const path = `/advisors/scim/Users?cursor=${cursor}&count=${PAGE}`;
    const answer = await client.send({ method: 'GET', path });
    const page: Page = JSON.parse(answer.text);
    durations.push(answer.duration);
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

const of = (costs: Costs, name: string, pick: (spent: Spent) => number): number =>
  least((costs.get(name) ?? []).map(pick));

const ofLife = (costs: Costs, pick: (spent: Spent) => number): number =>
  stages.reduce((sum, { name }) => sum + of(costs, name, pick), 0);

function lifeFigure(costs: Costs): Figure {
  return {
    name: "CPU of a user's whole life with durable storage",
    unit: 'ms',
    value: ofLife(costs, ({ cpu }) => cpu),
    goal: 5,
    details: Object.fromEntries(
      stages.map(({ name }) => [
        name,
        `${ms(of(costs, name, ({ cpu }) => cpu))}, ${of(costs, name, ({ storageCalls }) => storageCalls)} storage calls`,
      ]),
    ),
  };
}

const aspects: Readonly<Record<string, (spent: Spent) => number>> = {
  'storage calls': ({ storageCalls }) => storageCalls,
  CPU: ({ cpu }) => cpu,
  latency: ({ latency }) => latency,
};

function growthFigures({ small, large }: Readonly<Record<Tenant, Costs>>): readonly Figure[] {
  const growth = (read: (costs: Costs) => number): number => (read(large) / read(small) - 1) * 100;
  return Object.entries(aspects).flatMap(([aspect, pick]) => [
    {
      name: `single-user requests in the large directory over the small one, ${aspect}`,
      unit: '%',
      value: growth((costs) => ofLife(costs, pick)),
      goal: 10,
      details: compare(
        stages.map(({ name }) => name),
        small,
        large,
        pick,
      ),
    },
    {
      name: `cursor pages in the large directory over the small one, ${aspect}`,
      unit: '%',
      value: growth((costs) => of(costs, 'cursor page', pick)),
      goal: 10,
      details: compare(['cursor page'], small, large, pick),
    },
  ]);
}

const compare = (names: readonly string[], small: Costs, large: Costs, pick: (spent: Spent) => number) =>
  Object.fromEntries(
    names.map((name) => [name, `${of(small, name, pick).toFixed(3)} small, ${of(large, name, pick).toFixed(3)} large`]),
  );
