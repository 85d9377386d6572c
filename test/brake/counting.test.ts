import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Answer, type Client, user } from '../service/client.ts';
import { type StorageProxy, startStorageProxy } from '../stand-ins/storage-proxy.ts';
import { tableOf } from '../store/rows.ts';
import { brokenIn } from '../storm/broken.ts';
import { createUsers, disable, newClock, set, startInstance, takenOutIn } from './braked.ts';

const settings = { floor: 50, percent: 20, minutes: 60 };

let proxy: StorageProxy;
beforeAll(async () => {
  proxy = await startStorageProxy();
  await tableOf('advisors').createTable();
});
afterAll(() => proxy.stop());

let tenant: string;
let call: Client;
/** The same service with the brake off. */
let loose: Client;
let path: string;
beforeEach(async () => {
  tenant = randomUUID();
  call = startInstance(proxy, settings, newClock()).clientOf(tenant);
  loose = startInstance(proxy, undefined, newClock()).clientOf(tenant);
  [path = ''] = await createUsers(call, 1);
});

/** How many rows that the brake counts a request adds to the history, and how many storage calls it takes. */
async function costOf(request: () => Promise<Answer>) {
  const [counted, calls] = [(await takenOutIn(tenant)).length, proxy.calls.length];
  const { status } = await request();
  return { status, calls: proxy.calls.length - calls, counted: (await takenOutIn(tenant)).length - counted };
}

const put = (values: object) => user({ userName: 'anna', externalId: path.slice('/Users/'.length), ...values });

describe('a change that takes an active user out of use is counted, with one more storage call', () => {
  const counted: Readonly<Record<string, () => Promise<Answer>>> = {
    'a PATCH': () => disable(call, path),
    'a PATCH that does more': () => call('PATCH', path, set({ active: false, displayName: 'Anna', userName: 'bo' })),
    'a PATCH that also moves the user': () => call('PATCH', path, set({ active: 'False', externalId: randomUUID() })),
    'a PUT': () => call('PUT', path, put({ active: false })),
    'a DELETE': () => call('DELETE', path),
  };

  test.each(Object.entries(counted))('%s', async (_what, request) => {
    const cost = await costOf(request);
    expect(cost).toMatchObject({ calls: 3, counted: 1 });
    expect([200, 204]).toContain(cost.status);
    expect(await brokenIn(tenant)).toEqual([]);
  });
});

describe('nothing else is counted or takes one more storage call', () => {
  const uncounted: Readonly<Record<string, readonly [number, () => Promise<Answer>]>> = {
    'a create': [1, () => call('POST', '/Users', user({ userName: 'bo' }))],
    'a create of a disabled user': [1, () => call('POST', '/Users', user({ userName: 'bo', active: false }))],
    'a read': [1, () => call('GET', path)],
    'a list': [1, () => call('GET', '/Users')],
    'a PATCH that leaves the user active': [2, () => call('PATCH', path, set({ displayName: 'Anna' }))],
    'a PATCH that says that the user is active': [1, () => call('PATCH', path, set({ active: true }))],
    'a move': [2, () => call('PATCH', path, set({ externalId: randomUUID() }))],
    'a PUT that leaves the user active': [2, () => call('PUT', path, put({ displayName: 'Anna' }))],
    'a PUT that omits active': [2, () => call('PUT', path, user({ userName: 'anna' }))],
    'a disable under an old version': [1, () => call('PATCH', path, set({ active: false }), { 'if-match': 'W/"old"' })],
    'a DELETE of a user who does not exist': [2, () => call('DELETE', `/Users/${randomUUID()}`)],
  };

  test.each(Object.entries(uncounted))('%s', async (_what, [calls, request]) => {
    expect(await costOf(request)).toMatchObject({ calls, counted: 0 });
  });

  const ofDisabled: Readonly<Record<string, readonly [number, () => Promise<Answer>]>> = {
    'a second disable': [1, () => disable(call, path)],
    'another change of a disabled user': [2, () => call('PATCH', path, set({ displayName: 'Anna' }))],
    'a PUT of a disabled user': [2, () => call('PUT', path, put({ active: false, displayName: 'Anna' }))],
    'a restore': [2, () => call('PATCH', path, set({ active: true }))],
  };

  test.each(Object.entries(ofDisabled))('%s', async (_what, [calls, request]) => {
    await disable(call, path);
    expect(await costOf(request)).toMatchObject({ calls, counted: 0 });
  });

  test('any change while the brake is off', async () => {
    expect(await costOf(() => disable(loose, path))).toMatchObject({ status: 200, calls: 2 });
  });

  test('a DELETE of a disabled user, which does not ask the brake', async () => {
    await disable(call, path);
    expect(await costOf(() => call('DELETE', path))).toMatchObject({ status: 204, calls: 2 });
  });
});

test('deletes of users who were disabled long before are not counted', async () => {
  const clock = newClock();
  const strict = startInstance(proxy, { floor: 1, percent: 1, minutes: 60 }, clock).clientOf(tenant);
  const leavers = await createUsers(loose, 4);
  for (const leaver of leavers) await disable(loose, leaver);
  clock.pass(90 * 60_000);
  for (const leaver of leavers) expect((await strict('DELETE', leaver)).status).toBe(204);
  expect((await disable(strict, path)).status).toBe(200);
});

test('a user who is disabled and restored again and again counts once', async () => {
  const strict = startInstance(proxy, { floor: 2, percent: 1, minutes: 60 }, newClock()).clientOf(tenant);
  for (let round = 0; round < 6; round += 1)
    for (const active of [false, true]) expect((await strict('PATCH', path, set({ active }))).status).toBe(200);
  const [second] = await createUsers(strict, 1);
  expect((await disable(strict, second)).status).toBe(200);
});

test('disables of different users at once do not conflict, and each is counted', async () => {
  const paths = await createUsers(call, 20);
  const calls = proxy.calls.length;
  const answers = await Promise.all(paths.map((one) => disable(call, one)));
  expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
  expect(proxy.calls.length - calls).toBe(3 * paths.length);
  expect(await takenOutIn(tenant)).toHaveLength(paths.length);
});

test('two disables of one user at once are counted once', async () => {
  await Promise.all([disable(call, path), disable(call, path)]);
  expect(await takenOutIn(tenant)).toHaveLength(1);
});
