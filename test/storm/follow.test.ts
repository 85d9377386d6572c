import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientOf } from '../service/client.ts';
import { PUBLIC_URL, type Tenant } from '../service/service.ts';
import { sizeOf } from '../setup/long-form.ts';
import {
  answerWith,
  cutAfter,
  cutBefore,
  cutWithin,
  forwardThen,
  pass,
  type StorageProxy,
  startStorageProxy,
  type Treatment,
} from '../stand-ins/storage-proxy.ts';
import { changesOf, resourceRowsOf, tableOf } from '../store/rows.ts';
import { brokenIn } from './broken.ts';
import { type Follower, newFollower } from './follower.ts';
import { requestOf, seenIn } from './http.ts';
import { chooseOperation, knowledgeOf, learn } from './operations.ts';
import { type Random, randomOf } from './random.ts';
import { newTenants, type Server, startServer } from './servers.ts';

const SECONDS = sizeOf({ setting: 'STORM_SECONDS', script: 'test:storm', short: 12, long: 180 });
const SEED = Number(process.env['STORM_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const CLIENTS = 4;
const FAULTS = 0.08;

const late: Treatment = async (exchange) => {
  await pause(400);
  await pass(exchange);
};
const treatments = [cutBefore, cutAfter, cutWithin, answerWith(503), forwardThen(500), late] as const;

const tenants = newTenants(3);
const settings = { SCIM_PUBLIC_URL: PUBLIC_URL };
let proxy: StorageProxy;
let servers: Server[];
beforeAll(async () => {
  proxy = await startStorageProxy();
  const start = () => startServer(proxy.tables, tenants, settings);
  servers = await Promise.all([start(), start()]);
}, 60_000);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await proxy.stop();
});

/** Makes some storage calls fail. */
function disturb(random: Random): void {
  proxy.meet(
    () => random.chance(FAULTS),
    (exchange) => random.pick(treatments)(exchange),
    Number.POSITIVE_INFINITY,
  );
}

/** Kills one process after another during its work, and replaces it. */
async function killUntil(deadline: number): Promise<number> {
  let kills = 0;
  for (; performance.now() < deadline; kills += 1) {
    await pause(1_500);
    const at = kills % servers.length;
    await servers[at]?.kill();
    servers[at] = await startPatiently(proxy.tables, tenants, settings);
  }
  return kills;
}

/** Sends requests until the deadline. Requests to a process that is killed get no answer. */
async function runClient(tenant: Tenant, seed: number, deadline: number): Promise<number> {
  const random = randomOf(seed);
  const knowledge = knowledgeOf(randomOf(Math.floor(seed / 1000)));
  let answered = 0;
  for (let number = 0; performance.now() < deadline; number += 1) {
    const { method, path, body, ifMatch } = requestOf(chooseOperation(random, knowledge, `${seed}.${number}`));
    const server = servers[random.below(servers.length)];
    if (!server) continue;
    const headers = ifMatch === undefined ? {} : { 'if-match': ifMatch };
    const answer = await clientOf(server, 'advisors', tenant)(method, path, body, headers).catch(() => undefined);
    if (answer) learn(knowledge, seenIn(answer.status, answer.text));
    if (answer) answered += 1;
    else await pause(50); // its process was killed
  }
  return answered;
}

async function followUntil(followers: readonly Follower[], deadline: number): Promise<void> {
  while (performance.now() < deadline) for (const follower of followers) await follower.poll();
}

/** The ids whose changes do not explain the table. Only a user who was created more often than deleted has a row. */
async function unexplained(tenant: string): Promise<readonly string[]> {
  const balance = new Map<unknown, number>();
  for (const { id, change } of await changesOf('advisors', tenant))
    balance.set(id, (balance.get(id) ?? 0) + (change === 'created' ? 1 : 0) - (change === 'deleted' ? 1 : 0));
  for (const { id } of await resourceRowsOf('advisors', tenant)) balance.set(id, (balance.get(id) ?? 0) - 1);
  return [...balance].filter(([, count]) => count !== 0).map(([id, count]) => `${id}: ${count}`);
}

test(
  `a reader that follows the history with the code of docs/tables.md sees the whole table, despite faults and kills (STORM_SEED=${SEED})`,
  async () => {
    const followers = tenants.map(({ name }) => newFollower(tableOf('advisors'), name));
    const deadline = performance.now() + SECONDS * 1000;
    disturb(randomOf(SEED));
    const clients = tenants.flatMap((tenant, group) =>
      Array.from({ length: CLIENTS }, (_, at) => runClient(tenant, SEED + group * 1000 + at, deadline)),
    );
    const kills = killUntil(deadline);
    await followUntil(followers, deadline);
    const answered = await Promise.all(clients);
    expect(await kills).toBeGreaterThan(1);
    proxy.calm();
    await pause(1_000); // storage may still carry out the calls of a killed process
    for (const [at, follower] of followers.entries()) {
      const tenant = tenants[at]?.name ?? '';
      await follower.poll();
      expect(await follower.compare()).toEqual({ isSame: true, missed: [], twice: [] });
      expect(await unexplained(tenant)).toEqual([]);
      expect(await brokenIn(tenant)).toEqual([]);
      expect((await changesOf('advisors', tenant)).length).toBeGreaterThan(0);
    }
    expect(Math.min(...answered)).toBeGreaterThan(0);
  },
  (SECONDS * 2 + 60) * 1000,
);

/** Starts a server. The faults may also affect its first storage calls, so it is started again until it runs. */
async function startPatiently(...parameters: Parameters<typeof startServer>): Promise<Server> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startServer(...parameters);
    } catch (error) {
      if (tries === 20) throw error;
    }
  }
}
