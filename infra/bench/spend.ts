import type { Call, Client } from './client.ts';
import type { Server } from './server.ts';

/** A request and what its answer has to be. */
export interface Task {
  readonly call: Call;
  readonly status: number;
  readonly contains?: string;
}

/** What requests of one kind cost, each. */
export interface Spent {
  /** CPU time of the server process in milliseconds. */
  readonly cpu: number;
  /** The median time until the answer, in milliseconds. */
  readonly latency: number;
  readonly storageCalls: number;
}

/** Sends the requests, `width` at a time, and reads what they cost the server. Throws where an answer is another one than expected. */
export async function spend(server: Server, client: Client, width: number, tasks: readonly Task[]): Promise<Spent> {
  const before = await server.usage();
  const durations: number[] = [];
  const queue = tasks.values();
  const work = async () => {
    for (const task of queue) durations.push(await carryOut(client, task));
  };
  await Promise.all(Array.from({ length: width }, work));
  const after = await server.usage();
  return {
    cpu: (after.cpu - before.cpu) / tasks.length,
    latency: median(durations),
    storageCalls: (after.storageCalls - before.storageCalls) / tasks.length,
  };
}

/** Sends one request and checks its answer. Resolves to the milliseconds it took. */
export async function carryOut(client: Client, { call, status, contains = '' }: Task): Promise<number> {
  const answer = await client.send(call);
  if (answer.status === status && answer.text.includes(contains)) return answer.duration;
  throw new Error(
    `${call.method} ${call.path} was answered ${answer.status} and not as it should be: ${answer.text.slice(0, 300)}`,
  );
}

/**
 * The least of what the rounds measured. Other work on the machine makes a round dearer and never cheaper, so this is the round that it disturbed
 * least; garbage collection is in each.
 */
export const least = (values: readonly number[]): number => Math.min(...values);

/** The middle one; of an even number, the upper of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
