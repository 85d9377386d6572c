import { openClient, spend } from './client.ts';
import { residentsDisabled } from './directories.ts';
import { type Figure, ms } from './figures.ts';
import { type ServerOptions, startServer, tokens } from './server.ts';
import type { Sizes } from './sizes.ts';

/**
 * Measures the cost of the brake's first read of the history in a fresh instance, right after the initial cycle of the large directory. The instance reads
 * the whole window once, and after that only new lines.
 */
export async function measureFirstLook(options: ServerOptions, { large }: Sizes): Promise<readonly Figure[]> {
  const settings = { ...options.settings, SCIM_BRAKE: '10,20,60' };
  const server = await startServer({ ...options, settings });
  const client = openClient(server.url, tokens.large, 1);
  try {
    const [first, second] = residentsDisabled(2).map((task) => [task]);
    const fresh = await spend({ server, client, width: 1 }, first ?? []);
    const warm = await spend({ server, client, width: 1 }, second ?? []);
    return [
      {
        name: `the brake's first look after ${large} creates, of a fresh instance`,
        unit: 'ms',
        value: fresh.latency,
        details: {
          'the first disable': `${ms(fresh.latency)}, ${ms(fresh.cpu)} of CPU, ${fresh.storageCalls} storage calls`,
          'the next one': `${ms(warm.latency)}, ${ms(warm.cpu)} of CPU, ${warm.storageCalls} storage calls`,
        },
      },
    ];
  } finally {
    client.close();
    await server.close();
  }
}
