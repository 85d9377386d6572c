import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Tenant } from '../service/service.ts';
import { sizeOf } from '../setup/long-form.ts';
import { tableOf } from '../store/rows.ts';
import { brokenIn } from './broken.ts';
import { findContradiction } from './checker.ts';
import type { Event, Operation } from './event.ts';
import { type Follower, newFollower } from './follower.ts';
import { requestOf, seenIn } from './http.ts';
import { chooseOperation, type Knowledge, knowledgeOf, learn } from './operations.ts';
import { type Random, randomOf } from './random.ts';
import { newTenants, type Server, startServer } from './servers.ts';

/** npm run test:storm is the long form. To repeat a failure, set STORM_SEED to its seed. */
const SECONDS = sizeOf({ setting: 'STORM_SECONDS', script: 'test:storm', short: 12, long: 180 });
const SEED = Number(process.env['STORM_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const SERVERS = 3;
const GROUPS = 5;
const CLIENTS = 5;

const tenants = newTenants(GROUPS);
let servers: readonly Server[];
beforeAll(async () => {
  const tables = process.env['SCIM_TEST_TABLES'] ?? '';
  servers = await Promise.all(Array.from({ length: SERVERS }, () => startServer(tables, tenants)));
}, 60_000);
afterAll(() => Promise.all(servers.map((server) => server.stop())));

/** A tenant with the history and the knowledge of its clients. Tenants are independent, so each history is checked separately. */
interface Group {
  readonly tenant: Tenant;
  readonly knowledge: Knowledge;
  readonly history: Event[];
  readonly follower: Follower;
}

/** Sends a request and records its result. */
async function send({ tenant, knowledge, history }: Group, server: number, operation: Operation): Promise<void> {
  const { method, path, body, ifMatch } = requestOf(operation);
  const started = performance.now();
  const answer = await fetch(`${servers[server % SERVERS]?.url}/advisors/scim${path}`, {
    method,
    headers: {
      authorization: `Bearer ${tenant.advisors}`,
      'content-type': 'application/scim+json',
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const ended = performance.now();
  const seen = seenIn(answer.status, text);
  learn(knowledge, seen);
  history.push({ number: history.length, operation, status: answer.status, seen, started, ended });
}

/** One of the parallel clients of a tenant. It uses a different server for every request. */
async function runClient(group: Group, random: Random, client: number, deadline: number): Promise<void> {
  for (let number = 0; performance.now() < deadline; number += 1) {
    await send(group, random.below(SERVERS), chooseOperation(random, group.knowledge, `${client}.${number}`));
  }
}

async function runGroup(tenant: Tenant, seed: number): Promise<Group> {
  const follower = newFollower(tableOf('advisors'), tenant.name);
  const group = { tenant, knowledge: knowledgeOf(randomOf(seed)), history: [], follower };
  const deadline = performance.now() + SECONDS * 1000;
  const clients = Array.from({ length: CLIENTS }, (_, at) => runClient(group, randomOf(seed + 1 + at), at, deadline));
  await Promise.all([...clients, followUntil(follower, deadline)]);
  await send(group, 0, { kind: 'list' });
  await follower.poll();
  return group;
}

async function followUntil(follower: Follower, deadline: number): Promise<void> {
  while (performance.now() < deadline) await follower.poll();
}

describe(`a storm of parallel requests to ${SERVERS} processes (STORM_SEED=${SEED})`, () => {
  test(
    'can be explained by a serial order, leaves undamaged tables, and can be followed change by change',
    async () => {
      const groups = await Promise.all(tenants.map((tenant, at) => runGroup(tenant, SEED + at * 1000)));
      for (const { tenant, history, follower } of groups) {
        expect(findContradiction(history)).toBeUndefined();
        expect(await brokenIn(tenant.name)).toEqual([]);
        expect(await follower.compare()).toEqual({ isSame: true, missed: [], twice: [] });
      }
      const statuses = groups.flatMap(({ history }) => history.map(({ status }) => status));
      if (SECONDS > 12) console.log(summary(statuses));
      for (const status of [200, 201, 204, 404, 409, 412]) expect(statuses).toContain(status);
      expect(statuses.filter((status) => status === 503).length).toBeLessThan(statuses.length / 50);
    },
    (SECONDS * 2 + 60) * 1000,
  );
});

function summary(statuses: readonly number[]): string {
  const counts = Object.entries(Object.groupBy(statuses, (status) => status));
  return `${statuses.length} requests: ${counts.map(([status, all]) => `${all?.length} × ${status}`).join(', ')}`;
}
