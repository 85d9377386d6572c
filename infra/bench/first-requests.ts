import type { Bundles } from './bundles.ts';
import { type Client, carryOut, openClient, type Task } from './client.ts';
import { type Figure, least, ms } from './figures.ts';
import { lifeOf, toEmpty } from './life.ts';
import { type Server, settingsWith, startServer, tokens } from './server.ts';

const REQUESTS = 200;

interface First {
  /** The CPU milliseconds per request, and those of the very first request. */
  readonly cpu: number;
  readonly firstCpu: number;
  /** Milliseconds until the very first response. */
  readonly firstLatency: number;
}

/** Measures the first requests of a fresh process, one after the other, with instant tables. The floor is a fresh process with an empty handler. */
export async function measureFirstRequests(bundles: Bundles, starts: number): Promise<readonly Figure[]> {
  const lives = Array.from({ length: REQUESTS }, (_, n) => lifeOf(0, n)).flat();
  const requests = lives.slice(0, REQUESTS);
  const service: First[] = [];
  const empty: First[] = [];
  for (let start = 0; start < starts; start += 1) {
    service.push(await inFreshProcess(bundles, requests));
    empty.push(await inFreshProcess(bundles, requests.map(toEmpty)));
  }
  const of = (all: readonly First[], pick: (first: First) => number): number => least(all.map(pick));
  const [cpu, floor] = [of(service, (one) => one.cpu), of(empty, (one) => one.cpu)];
  return [
    {
      name: `the first ${REQUESTS} requests of a fresh process, CPU on average over an empty handler`,
      unit: 'ms',
      value: cpu - floor,
      goal: 0.3,
      floor,
      details: {
        'the very first': `CPU ${ms(of(service, (one) => one.firstCpu))}, answered after ${ms(of(service, (one) => one.firstLatency))}`,
        'the very first of an empty handler': `CPU ${ms(of(empty, (one) => one.firstCpu))}, answered after ${ms(of(empty, (one) => one.firstLatency))}`,
      },
    },
  ];
}

async function inFreshProcess(bundles: Bundles, requests: readonly Task[]): Promise<First> {
  const server = await startServer({
    host: bundles.host,
    app: bundles.instant,
    settings: settingsWith('UseDevelopmentStorage=true'),
  });
  const client = openClient(server.url, tokens.small, 1);
  try {
    return await sendAll(server, client, requests);
  } finally {
    client.close();
    await server.close();
  }
}

async function sendAll(server: Server, client: Client, [first, ...others]: readonly Task[]): Promise<First> {
  if (!first) throw new RangeError('There is no request to send.');
  const before = await server.usage();
  const firstLatency = await carryOut(client, first);
  const between = await server.usage();
  for (const task of others) await carryOut(client, task);
  const after = await server.usage();
  return { cpu: (after.cpu - before.cpu) / (others.length + 1), firstCpu: between.cpu - before.cpu, firstLatency };
}
