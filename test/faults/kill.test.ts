import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { clientOf } from '../service/client.ts';
import { PUBLIC_URL, type Tenant } from '../service/service.ts';
import { type Exchange, type StorageProxy, startStorageProxy } from '../stand-ins/storage-proxy.ts';
import { brokenIn } from '../storm/broken.ts';
import { newTenants, type Server, startServer } from '../storm/servers.ts';
import { atOnce } from './at-once.ts';
import { takeNextStep } from './next-step.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import { callsOf, outcomeOf, stateOf } from './trial.ts';

/** The requests that write, of all verbs. */
const writes = scenarios.filter(
  ({ what, status, brake }) =>
    status < 300 && brake !== 'holds' && /create|PATCH|rename|move|disable|PUT|DELETE/.test(what) && !/read/.test(what),
);
const MOST_CALLS = 5;
/** The brake is on, so a change that it counts also reads the brake's rows. */
const settings = { SCIM_BRAKE: '10,20,60', SCIM_PUBLIC_URL: PUBLIC_URL };

/** When the process is killed: at each storage call of a request, before storage receives it or before its answer arrives. */
const moments = Array.from({ length: MOST_CALLS }, (_, at) => at + 1).flatMap((call) => [
  { call, isCarriedOut: false },
  { call, isCarriedOut: true },
]);

const tenants = newTenants(writes.length * (moments.length + 1));
const unused = [...tenants];
let proxy: StorageProxy;
/** The process that is not killed. */
let survivor: Server;
beforeAll(async () => {
  proxy = await startStorageProxy();
  survivor = await startServer(process.env['SCIM_TEST_TABLES'] ?? '', tenants, settings);
}, 60_000);
afterAll(async () => {
  await survivor.stop();
  await proxy.stop();
});

/** A write in its own tenant. */
interface Trial {
  readonly scenario: Scenario;
  readonly tenant: Tenant;
  readonly given: string;
  readonly before: string;
}

async function prepare(scenario: Scenario): Promise<Trial> {
  const tenant = unused.pop();
  if (!tenant) throw new Error('The test needs more tenants.');
  const given = await scenario.given(clientOf(survivor, 'advisors', tenant));
  return { scenario, tenant, given, before: await stateOf(tenant.name) };
}

const request = ({ scenario, tenant, given }: Trial, server: Server) =>
  scenario.request(clientOf(server, 'advisors', tenant), given);

/** The result of each write without a kill. */
const expected = new Map<Scenario, { readonly outcome: string; readonly state: string }>();

test('each write has its usual result if the process is not killed', async () => {
  for (const scenario of writes) {
    const trial = await prepare(scenario);
    const answer = await request(trial, survivor);
    expect(answer.status).toBe(scenario.status);
    const state = await stateOf(trial.tenant.name);
    expected.set(scenario, { outcome: outcomeOf(answer), state });
    if (scenario.what !== 'a PATCH that changes nothing') expect(state).not.toBe(trial.before);
  }
});

/** Sends a write to the process that will be killed. Resolves when the storage call is held, or when the write is answered before that. */
async function sendTo(victim: Server, trial: Trial, { call, isCarriedOut }: (typeof moments)[number]) {
  const held = Promise.withResolvers<'held'>();
  proxy.meet(callsOf(trial.tenant.name, call, 1), async ({ forward }: Exchange) => {
    if (isCarriedOut) await forward();
    held.resolve('held');
  });
  const answer = request(trial, victim).catch(() => 'cut off' as const);
  return { trial, outcome: await Promise.race([held.promise, answer]), answer };
}

async function examine({ scenario, tenant, before }: Trial, answer: Awaited<ReturnType<typeof request>> | 'cut off') {
  const wrong: string[] = [];
  const { outcome, state: after } = expected.get(scenario) ?? {};
  const state = await stateOf(tenant.name);
  if (state !== before && state !== after) wrong.push(`left ${state}`);
  if (answer !== 'cut off' && (outcomeOf(answer) !== outcome || state !== after))
    wrong.push(`was answered ${answer.status} ${answer.text}`);
  wrong.push(...(await brokenIn(tenant.name)));
  const stumble = await takeNextStep(clientOf(survivor, 'advisors', tenant), scenario);
  if (stumble) wrong.push(stumble);
  wrong.push(...(await brokenIn(tenant.name)));
  return wrong.map((sentence) => `${scenario.what}: ${sentence}`);
}

describe('a process that is killed', () => {
  test('at any storage call of any write leaves no damage, and another process continues', async () => {
    const wrong: string[] = [];
    const reached = new Map<Scenario, number>();
    await atOnce(moments, 2, async (moment) => {
      const victim = await startServer(proxy.tables, tenants, settings);
      const trials = await Promise.all(writes.map(prepare));
      const sent = await Promise.all(trials.map((trial) => sendTo(victim, trial, moment)));
      await victim.kill();
      for (const { trial, outcome, answer } of sent) {
        if (outcome === 'held') reached.set(trial.scenario, Math.max(moment.call, reached.get(trial.scenario) ?? 0));
        const found = await examine(trial, await answer);
        wrong.push(
          ...found.map((one) => `Killed at call ${moment.call}${moment.isCarriedOut ? ', carried out' : ''}: ${one}`),
        );
      }
    });
    expect(wrong).toEqual([]);
    for (const scenario of writes) expect(reached.get(scenario)).toBeGreaterThanOrEqual(scenario.calls);
  }, 120_000);
});
