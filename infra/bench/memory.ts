import type { Sizes } from './arguments.ts';
import { openClient } from './client.ts';
import type { Figure } from './figure.ts';
import { arrivals, toEmpty } from './life.ts';
import type { Server } from './server.ts';
import { tenants, tokens } from './settings.ts';
import { spend } from './spend.ts';

/** The batch whose people stay; the lives that are measured later are other people's. */
const RESIDENTS = 0;

/** Fills both directories through the service itself, and reads what memory the process holds after that. `empty` is a process that serves nothing. */
export async function fillDirectories(server: Server, empty: Server, sizes: Sizes): Promise<readonly Figure[]> {
  for (const tenant of tenants) {
    const client = openClient(server.url, tokens[tenant], sizes.inFlight);
    await spend(server, client, sizes.inFlight, arrivals(RESIDENTS, sizes[tenant]));
    client.close();
  }
  const idle = openClient(empty.url, tokens.large, sizes.inFlight);
  await spend(empty, idle, sizes.inFlight, arrivals(RESIDENTS, sizes.large).map(toEmpty));
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
