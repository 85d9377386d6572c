import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Patience, patience } from '../../shared/store/calls.ts';
import {
  answerWith,
  cutAfter,
  cutBefore,
  cutWithin,
  forwardThen,
  pass,
  type StorageProxy,
  silence,
  startStorageProxy,
  type Treatment,
} from '../stand-ins/storage-proxy.ts';
import { tableOf } from '../store/rows.ts';
import { brokenIn } from '../storm/broken.ts';
import { atOnce } from './at-once.ts';
import { takeNextStep } from './next-step.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import { brief, callsOf, hasty, outcomeOf, patient, prepare, stateOf, type Trial } from './trial.ts';

/** The faults of a storage call that the service notices. */
const failures: Readonly<Record<string, Treatment>> = {
  'is cut off before storage hears of it': cutBefore,
  'is carried out, but its answer is cut off': cutAfter,
  'is carried out, but half of its answer is cut off': cutWithin,
  'is answered 500': answerWith(500),
  'is carried out, but answered 500': forwardThen(500),
  'is answered 503': answerWith(503),
};

/** Used for one call only. If every call were late, an earlier request of the client could take effect after its next one. */
const LATE = 'is carried out after it was tried again';

/** The faults of a storage call after which the service waits in vain. */
const silences: Readonly<Record<string, Treatment>> = {
  'is never answered': () => undefined,
  'is carried out, but never answered': silence,
  [LATE]: async ({ forward }) => {
    await pause(brief.attempt + 100);
    await forward();
  },
};

/** A slow answer within the time limit, which is not a fault. */
const slow: Treatment = async (exchange) => {
  await pause(50);
  await pass(exchange);
};

const SLACK = 2_000;
/** How many requests run at once. Those that wait in vain need little of the machine, so there may be more of them. */
const BUSY = 6;
const WAITING = 20;

let proxy: StorageProxy;
beforeAll(async () => {
  proxy = await startStorageProxy();
  await tableOf('advisors').createTable();
});
afterAll(() => proxy.stop());

/** A fault that affects `many` storage calls of a request, beginning with the `first`. */
interface Case {
  readonly fault: string;
  readonly treatment: Treatment;
  readonly patience: Patience;
  readonly first: number;
  readonly many: number;
}

const casesOf = ({ calls }: Scenario): readonly Case[] =>
  [...Object.entries(failures), ...Object.entries(silences)].flatMap(([fault, treatment]) =>
    Array.from({ length: calls }, (_, at) => at + 1).flatMap((first) => {
      const isSilent = fault in silences;
      const once = { fault, treatment, first, many: 1, patience: isSilent ? brief : patient };
      const forGood = { ...once, many: Number.POSITIVE_INFINITY, patience: isSilent ? hasty : patient };
      return fault === LATE ? [once] : [once, forGood];
    }),
  );

/** Sends the request of a trial, and treats the tenant's storage calls until it is answered. `settled` waits for the treatments that have begun. */
async function disturb(trial: Trial, { first, many, treatment, patience }: Omit<Case, 'fault'>) {
  const which = callsOf(trial.tenant, first, many);
  const begun: unknown[] = [];
  let isAnswered = false;
  let isOver = false;
  proxy.meet(
    (call) => !isOver && which(call),
    (exchange) => {
      // A busy proxy may receive an attempt only after the service has given it up. Storage never receives such an attempt.
      if (isAnswered) return cutBefore(exchange);
      const treated = treatment(exchange);
      begun.push(treated);
      return treated;
    },
    many,
  );
  const started = performance.now();
  const answer = await trial.run(patience);
  const took = performance.now() - started;
  isAnswered = true;
  const settled = async (): Promise<void> => {
    await Promise.allSettled(begun);
    isOver = true;
  };
  return { answer, took, met: begun.length, settled };
}

/** Sends a request with a fault, and describes every difference from what `expected` allows. */
async function examine(scenario: Scenario, one: Case, expected: Expected): Promise<readonly string[]> {
  const trial = await prepare(scenario, proxy);
  const { answer, took, met, settled } = await disturb(trial, one);
  const wrong: string[] = met === 0 && one.patience !== hasty ? ['there was no such call'] : [];
  const state = await stateOf(trial.tenant);
  if (outcomeOf(answer) === expected.outcome) {
    if (state !== expected.state) wrong.push(`it was answered ${answer.status}, but left ${state}`);
  } else if (answer.status !== 503 || one.many === 1) {
    wrong.push(`it was answered ${answer.status} ${answer.text}`);
  } else {
    if (!/^[1-9]\d*$/.test(answer.headers.get('retry-after') ?? '')) wrong.push('it has no Retry-After');
    if (state !== trial.before && state !== expected.state) wrong.push(`it left ${state}`);
  }
  if (took > one.patience.request + SLACK) wrong.push(`it took ${Math.round(took)} ms`);
  const stumble = await takeNextStep(trial.direct, scenario);
  await settled();
  return [...wrong, ...(stumble ? [stumble] : []), ...(await brokenIn(trial.tenant))];
}

interface Expected {
  readonly outcome: string;
  readonly state: string;
}

/** The result of a request whose storage calls are only slow, and the number of these calls. */
async function runSlowly(scenario: Scenario): Promise<Expected & { readonly status: number; readonly calls: number }> {
  const trial = await prepare(scenario, proxy);
  const { answer } = await disturb(trial, { ...everyCall, treatment: slow, patience: patient });
  const { length: calls } = proxy.calls.filter(callsOf(trial.tenant, 1));
  return { outcome: outcomeOf(answer), state: await stateOf(trial.tenant), status: answer.status, calls };
}

const everyCall = { first: 1, many: Number.POSITIVE_INFINITY };

describe('a storage call', () => {
  const slowly = new Map<Scenario, Awaited<ReturnType<typeof runSlowly>>>();
  const wrong = new Map<Scenario, string[]>();

  // All cases run at once, because most of the time is spent waiting for storage that does not answer.
  beforeAll(async () => {
    await atOnce(scenarios, BUSY, async (scenario) => {
      slowly.set(scenario, await runSlowly(scenario));
      wrong.set(scenario, []);
    });
    const all = scenarios.flatMap((scenario) => casesOf(scenario).map((one) => ({ scenario, one })));
    const work = async ({ scenario, one }: (typeof all)[number]) => {
      const expected = slowly.get(scenario);
      const found = expected ? await examine(scenario, one, expected) : ['nobody knows what to expect'];
      const often = one.many === 1 ? '' : ', as is every one after it';
      wrong
        .get(scenario)
        ?.push(...found.map((sentence) => `Where call ${one.first} ${one.fault}${often}: ${sentence}`));
    };
    const { busy = [], waiting = [] } = Object.groupBy(all, ({ one }) =>
      one.patience === patient ? 'busy' : 'waiting',
    );
    await Promise.all([atOnce(busy, BUSY, work), atOnce(waiting, WAITING, work)]);
  }, 240_000);

  test.each(scenarios)('of $what has no effect if it is only slow', (scenario) => {
    expect(slowly.get(scenario)).toMatchObject({ status: scenario.status, calls: scenario.calls });
  });

  test.each(scenarios)(
    'of $what leads to a correct answer whenever it fails, and the next request succeeds',
    (scenario) => {
      expect(wrong.get(scenario)).toEqual([]);
    },
  );
});

test('storage that stops answering at any call leads to 503 within ten seconds', async () => {
  const cases = scenarios.flatMap((scenario) => [1, scenario.calls].map((first) => ({ scenario, first })));
  const answers = await Promise.all(
    cases.map(async ({ scenario, first }) => {
      const trial = await prepare(scenario, proxy);
      const silent = { first, many: Number.POSITIVE_INFINITY, treatment: () => undefined, patience };
      return disturb(trial, silent);
    }),
  );
  for (const { answer, took } of answers) {
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 503 });
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(took).toBeLessThan(10_000);
  }
});
