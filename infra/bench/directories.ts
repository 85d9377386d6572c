import { openClient, type Spent, spend, type Task } from './client.ts';
import { type Figure, growth, least, ms } from './figures.ts';
import { arrivals, stages, toEmpty } from './life.ts';
import { type Server, type Tenant, tenants, tokens } from './server.ts';
import type { Sizes } from './sizes.ts';

/** The batch of people who stay in the directories. Later measurements use other batches. */
const RESIDENTS = 0;

/** Fills both directories through the service, and measures the memory of its process after that. `empty` is a process with only the empty handler. */
export async function fillDirectories(server: Server, empty: Server, sizes: Sizes): Promise<readonly Figure[]> {
  for (const tenant of tenants) {
    const client = openClient(server.url, tokens[tenant], sizes.inFlight);
    await spend({ server, client, width: sizes.inFlight }, arrivals(RESIDENTS, sizes[tenant]));
    client.close();
  }
  const idle = openClient(empty.url, tokens.large, sizes.inFlight);
  await spend({ server: empty, client: idle, width: sizes.inFlight }, arrivals(RESIDENTS, sizes.large).map(toEmpty));
  idle.close();
  return [
    {
      name: `memory after ${sizes.large + sizes.small} users have gone through`,
      unit: 'MB',
      value: (await server.usage()).memory,
      goal: 150,
      floor: (await empty.usage()).memory,
    },
  ];
}

/** The requests that disable the first residents of a directory. */
export const residentsDisabled = (size: number): readonly Task[] =>
  stages.find(({ name }) => name === 'disable')?.tasks(RESIDENTS, size) ?? [];

/** The cost of each kind of request in the directory of one tenant, for each round. */
type Costs = ReadonlyMap<string, Spent[]>;

/**
 * Measures the cost of requests with Azurite in a small directory and in a large one. Azurite gets slower as a table grows, so both directories are in the
 * same table and are measured in turn.
 */
export async function measureDirectories(server: Server, plain: Server, sizes: Sizes): Promise<readonly Figure[]> {
  const width = sizes.inFlight;
  const costs = { small: newCosts(), large: newCosts(), plain: newCosts() };
  const clients = {
    plain: openClient(plain.url, tokens.small, sizes.inFlight),
    small: openClient(server.url, tokens.small, sizes.inFlight),
    large: openClient(server.url, tokens.large, sizes.inFlight),
  };
  for (let round = 0; round <= sizes.rounds; round += 1) {
    const isWarm = round > 0;
    for (const { name, tasks } of stages) {
      const requests = tasks(round + 1, sizes.requests / 4);
      const bare = await spend({ server: plain, client: clients.plain, width }, requests);
      if (isWarm) costs.plain.get(name)?.push(bare);
      for (const tenant of tenants) {
        const spent = await spend({ server, client: clients[tenant], width }, requests);
        if (isWarm) costs[tenant].get(name)?.push(spent);
      }
    }
  }
  for (const client of Object.values(clients)) client.close();
  return [lifeFigure(costs.small, costs.plain), ...growthFigures(costs)];
}

const newCosts = (): Costs => new Map(stages.map(({ name }) => [name, []]));

const of = (costs: Costs, name: string, pick: (spent: Spent) => number): number =>
  least((costs.get(name) ?? []).map(pick));

const ofLife = (costs: Costs, pick: (spent: Spent) => number): number =>
  stages.reduce((sum, { name }) => sum + of(costs, name, pick), 0);

function lifeFigure(costs: Costs, plain: Costs): Figure {
  const cpuOf = (one: Costs, name: string): string => ms(of(one, name, ({ cpu }) => cpu));
  const life = ofLife(costs, ({ cpu }) => cpu);
  const floor = ofLife(plain, ({ cpu }) => cpu);
  return {
    name: "CPU of a user's whole life with durable storage, over a bare node:http server that answers from memory",
    unit: 'times',
    value: life / floor,
    goal: 10,
    details: {
      'the whole life': `${ms(life)}, ${ms(floor)} bare`,
      ...Object.fromEntries(
        stages.map(({ name }) => [
          name,
          `${cpuOf(costs, name)}, ${cpuOf(plain, name)} bare, ${of(costs, name, ({ storageCalls }) => storageCalls)} storage calls`,
        ]),
      ),
    },
  };
}

const aspects: Readonly<Record<string, (spent: Spent) => number>> = {
  'storage calls': ({ storageCalls }) => storageCalls,
  CPU: ({ cpu }) => cpu,
  latency: ({ latency }) => latency,
};

function growthFigures({ small, large }: Readonly<Record<Tenant, Costs>>): readonly Figure[] {
  return Object.entries(aspects).map(([aspect, pick]) => ({
    name: `single-user requests in the large directory over the small one, ${aspect}`,
    unit: '%',
    value: growth(ofLife(small, pick), ofLife(large, pick)),
    goal: 10,
    details: Object.fromEntries(
      stages.map(({ name }) => [
        name,
        `${of(small, name, pick).toFixed(3)} small, ${of(large, name, pick).toFixed(3)} large`,
      ]),
    ),
  }));
}
