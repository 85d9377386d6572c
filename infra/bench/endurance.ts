import { carryOut, openClient, type Task } from './client.ts';
import { type Figure, median, ms } from './figures.ts';
import { lifeOf } from './life.ts';
import { type Server, tokens } from './server.ts';
import type { Sizes } from './sizes.ts';

/** The clients' first batch. Other measurements use lower ones. */
const FIRST_BATCH = 1_000;

/** Runs many clients in parallel. Each goes through one user's life after another. Every unexpected response counts as an error. */
export async function measureEndurance(server: Server, { clients, seconds }: Sizes): Promise<readonly Figure[]> {
  const client = openClient(server.url, tokens.large, clients);
  const end = performance.now() + seconds * 1000;
  const durations: number[] = [];
  const errors: string[] = [];
  const live = async (tasks: readonly Task[]): Promise<void> => {
    for (const task of tasks) {
      try {
        durations.push(await carryOut(client, task));
      } catch (error) {
        errors.push(String(error));
      }
    }
  };
  await Promise.all(
    Array.from({ length: clients }, async (_, at) => {
      for (let n = 0; performance.now() < end; n += 1) await live(lifeOf(FIRST_BATCH + at, n));
    }),
  );
  client.close();
  const slowest = durations.toSorted((a, b) => a - b)[Math.floor(durations.length * 0.99)] ?? Number.NaN;
  return [
    {
      name: `errors of ${clients} parallel clients in ${seconds} s`,
      unit: '',
      value: errors.length,
      goal: 0,
      details: {
        requests: `${durations.length}, ${(durations.length / seconds).toFixed(0)} per second`,
        latency: `median ${ms(median(durations))}, 99 % within ${ms(slowest)}`,
        memory: `${(await server.usage()).memory.toFixed(0)} MB at the end`,
        ...(errors[0] && { 'the first error': errors[0] }),
      },
    },
  ];
}
