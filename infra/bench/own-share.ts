import type { Bundles } from './bundles.ts';
import { openClient, spend } from './client.ts';
import { type Figure, least, ms } from './figures.ts';
import { arrivals, stages, toEmpty } from './life.ts';
import { settingsWith, startServer, tokens } from './server.ts';
import type { Sizes } from './sizes.ts';

/** The number of warm-up rounds, in which V8 is still compiling the code. */
const WARM_UP = 2;

/**
 * Measures the cost of the service's own code for each single-user request: the CPU time with instant tables, minus the CPU time of the same request to an
 * empty handler in the same process, measured right after it.
 */
export async function measureOwnShare(
  bundles: Bundles,
  { small, rounds, requests, inFlight }: Sizes,
): Promise<readonly Figure[]> {
  const server = await startServer({
    host: bundles.host,
    app: bundles.instant,
    settings: settingsWith('UseDevelopmentStorage=true'),
  });
  const client = openClient(server.url, tokens.small, inFlight);
  const measuring = { server, client, width: inFlight };
  await spend(measuring, arrivals(0, small));
  const measured = stages.map(({ name }) => ({ name, wholes: [] as number[], floors: [] as number[] }));
  for (let round = 1; round <= WARM_UP + rounds; round += 1) {
    for (const [at, { tasks }] of stages.entries()) {
      const batch = tasks(round, requests);
      const whole = await spend(measuring, batch);
      const empty = await spend(measuring, batch.map(toEmpty));
      if (round <= WARM_UP) continue;
      measured[at]?.wholes.push(whole.cpu);
      measured[at]?.floors.push(empty.cpu);
    }
  }
  client.close();
  await server.close();
  const shares = measured.map(({ name, wholes, floors }) => {
    const floor = least(floors);
    return { name, floor, ours: least(wholes) - floor };
  });
  return [
    {
      name: 'CPU of our layers per single-user request, storage excluded',
      unit: 'ms',
      value: mean(shares.map(({ ours }) => ours)),
      goal: 0.1,
      floor: mean(shares.map(({ floor }) => floor)),
      details: Object.fromEntries(shares.map(({ name, ours, floor }) => [name, `${ms(ours)} over ${ms(floor)}`])),
    },
  ];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
