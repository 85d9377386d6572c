import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Client, user } from '../service/client.ts';
import { gate, isWrite, type StorageProxy, startStorageProxy } from '../stand-ins/storage-proxy.ts';
import { rowsOf, tableOf } from '../store/rows.ts';
import { brokenIn } from '../storm/broken.ts';
import {
  type Clock,
  createUsers,
  disable,
  disableAll,
  type Instance,
  MINUTE,
  newClock,
  set,
  startInstance,
  takenOutIn,
} from './braked.ts';

/** At least three, or a fifth of the active users. */
const settings = { floor: 3, percent: 20, minutes: 60 };

let proxy: StorageProxy;
beforeAll(async () => {
  proxy = await startStorageProxy();
  await tableOf('advisors').createTable();
});
afterAll(() => proxy.stop());

let clock: Clock;
let tenant: string;
let instance: Instance;
let call: Client;
beforeEach(() => {
  clock = newClock();
  tenant = randomUUID();
  instance = startInstance(proxy, settings, clock);
  call = instance.clientOf(tenant);
});

/** Writes the state like an operator's release. */
const release = (until: Date) =>
  tableOf('advisors').upsertEntity(
    { partitionKey: tenant, rowKey: '~changes.brake', state: 'released', since: clock.now(), until },
    'Replace',
  );

/** The storage calls of a disable. */
async function callsOf(path: string | undefined): Promise<number> {
  const before = proxy.calls.length;
  await disable(call, path);
  return proxy.calls.length - before;
}

test('a brake that engages does not undo a release by an operator at the same time', async () => {
  const paths = await createUsers(call, 5);
  await disableAll(call, paths.slice(0, 3));
  const engagement = gate();
  proxy.meet(isWrite, engagement.treatment);
  const refused = disable(call, paths[3]);
  await engagement.arrived;
  await release(new Date(clock.now().getTime() + 60 * MINUTE));
  engagement.open();
  expect((await refused).status).toBe(403);
  expect((await disable(call, paths[3])).status).toBe(200);
});

describe('the limit', () => {
  test('is the floor in a small directory', async () => {
    const paths = await createUsers(call, 6);
    expect(await disableAll(call, paths.slice(0, 5))).toEqual([200, 200, 200, 403, 403]);
    expect(await takenOutIn(tenant)).toHaveLength(3);
  });

  test('is a percentage of the users who were active before the window, in a large directory', async () => {
    const paths = await createUsers(call, 25);
    expect(await disableAll(call, paths.slice(0, 7))).toEqual([200, 200, 200, 200, 200, 403, 403]);
  });

  test('counts a resource whose status cannot be read as in use, and does not count one in which something else changes', async () => {
    const paths = await createUsers(call, 8);
    for (const path of paths) {
      const rowKey = path.split('/').at(-1) ?? '';
      await tableOf('advisors').updateEntity({ partitionKey: tenant, rowKey, active: 'perhaps' }, 'Merge');
    }
    for (const path of paths) expect((await call('PATCH', path, set({ displayName: 'x' }))).status).toBe(200);
    expect(await disableAll(call, paths.slice(0, 3))).toEqual([200, 200, 200]);
    expect((await call('DELETE', paths[3] ?? '')).status).toBe(403);
    expect((await disable(call, paths[4])).status).toBe(403);
    expect(await takenOutIn(tenant)).toHaveLength(3);
  });

  test('does not count disabled users as active', async () => {
    const paths = await createUsers(call, 15);
    for (let number = 0; number < 15; number += 1)
      await call('POST', '/Users', user({ userName: `off ${number}`, active: false }));
    expect(await disableAll(call, paths.slice(0, 4))).toEqual([200, 200, 200, 403]);
  });

  test('applies to deletes, and to disables and deletes together', async () => {
    const [first = '', second = '', third = '', fourth = ''] = await createUsers(call, 4);
    expect(await disableAll(call, [first, second])).toEqual([200, 200]);
    expect((await call('DELETE', third)).status).toBe(204);
    expect((await call('DELETE', fourth)).status).toBe(403);
    expect((await call('PUT', fourth, user({ userName: 'x', active: false }))).status).toBe(403);
  });

  test('counts the directory only beyond the floor, and at most every ten minutes', async () => {
    const paths = await createUsers(call, 40);
    for (const path of paths.slice(0, 3)) expect(await callsOf(path)).toBe(3);
    expect(await callsOf(paths[3])).toBe(4);
    clock.pass(10 * MINUTE - 1);
    expect(await callsOf(paths[4])).toBe(3);
    clock.pass(1);
    expect(await callsOf(paths[5])).toBe(4);
  });

  test('covers the last hour, and older changes are forgotten', async () => {
    const paths = await createUsers(call, 7);
    expect(await disableAll(call, paths.slice(0, 2))).toEqual([200, 200]);
    clock.pass(30 * MINUTE);
    expect(await disableAll(call, paths.slice(2, 3))).toEqual([200]);
    clock.pass(31 * MINUTE);
    expect(await disableAll(call, paths.slice(3))).toEqual([200, 200, 403, 403]);
  });

  test('applies to each tenant separately', async () => {
    const other = instance.clientOf(randomUUID());
    await disableAll(call, await createUsers(call, 4));
    expect(await disableAll(other, await createUsers(other, 3))).toEqual([200, 200, 200]);
  });
});

describe('several instances', () => {
  test('share one count', async () => {
    const others = [1, 2, 3].map(() => startInstance(proxy, settings, clock).clientOf(tenant));
    const paths = await createUsers(call, 5);
    for (const [at, other] of others.entries()) expect((await disable(other, paths[at])).status).toBe(200);
    expect((await disable(call, paths[3])).status).toBe(403);
    for (const other of others) expect((await disable(other, paths[4])).status).toBe(403);
  });

  test('let through at most the requests that are already being processed', async () => {
    const instances = [1, 2].map(() => startInstance(proxy, settings, clock).clientOf(tenant));
    const paths = await createUsers(call, 30);
    for (let at = 0; at < paths.length; at += 5)
      await Promise.all(paths.slice(at, at + 5).map((path, of) => disable(instances[of % 2] ?? call, path)));
    // the first five may not see one another, and the limit is passed then: a fifth of 30 is 6
    expect((await takenOutIn(tenant)).length).toBeLessThanOrEqual(10);
    expect(await brokenIn(tenant)).toEqual([]);
  });

  test('stay engaged after a restart', async () => {
    const paths = await createUsers(call, 5);
    await disableAll(call, paths);
    const restarted = startInstance(proxy, settings, clock).clientOf(tenant);
    expect((await disable(restarted, paths[4])).status).toBe(403);
  });
});

describe('an engaged brake', () => {
  let paths: readonly string[];
  let off: string;
  beforeEach(async () => {
    paths = await createUsers(call, 8);
    await disableAll(call, paths.slice(0, 4));
    [off = '', ...paths] = [paths[0] ?? '', ...paths.slice(3)];
  });

  test('returns 403, and says what happened and who can release it', async () => {
    const answer = await disable(call, paths[0]);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toBe('application/scim+json');
    expect(answer.body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '403',
      detail: expect.stringMatching(/within 60 minutes.*ask BookMe to allow them/),
    });
    expect(answer.body).not.toHaveProperty('scimType');
  });

  test('is named in the log record of the request that it refuses', async () => {
    const log: string[] = [];
    await disable(
      instance.clientOf(tenant, (text) => log.push(text)),
      paths[0],
    );
    expect(log.map((text) => JSON.parse(text))).toMatchObject([
      { status: 403, outcome: 'refused', refusedBy: 'brake' },
    ]);
  });

  test('leaves the user unchanged', async () => {
    await call('PATCH', paths[0] ?? '', set({ active: false, displayName: 'Anna' }));
    const { body } = await call('GET', paths[0] ?? '');
    expect(body).toMatchObject({ active: true });
    expect(body).not.toHaveProperty('displayName');
    expect(await brokenIn(tenant)).toEqual([]);
  });

  test('refuses nothing else', async () => {
    const [path = ''] = paths;
    expect((await call('GET', path)).status).toBe(200);
    expect((await call('POST', '/Users', user({ userName: 'new' }))).status).toBe(201);
    expect((await call('PATCH', path, set({ displayName: 'Anna' }))).status).toBe(200);
    expect((await call('PATCH', path, set({ externalId: randomUUID() }))).status).toBe(200);
    expect((await disable(call, off)).status).toBe(200);
    expect((await call('PATCH', off, set({ active: true }))).status).toBe(200);
    expect((await call('DELETE', '/Users/nobody')).status).toBe(404);
  });

  test('lets disabled users be deleted', async () => {
    expect((await call('DELETE', off)).status).toBe(204);
  });

  test('stays engaged however much time passes', async () => {
    clock.pass(48 * 60 * MINUTE);
    expect((await disable(call, paths[0])).status).toBe(403);
  });

  test('takes two storage calls for each refusal', async () => {
    expect(await callsOf(paths[0])).toBe(2);
  });

  test('lets everything through once it is released, for the time of the release', async () => {
    await release(new Date(clock.now().getTime() + 24 * 60 * MINUTE));
    expect(await disableAll(call, paths.slice(0, 4))).toEqual([200, 200, 200, 200]);
    const fresh = startInstance(proxy, settings, clock).clientOf(tenant);
    expect((await disable(fresh, paths[4])).status).toBe(200);
  });

  test('counts again when the release is over', async () => {
    await release(new Date(clock.now().getTime() + 24 * 60 * MINUTE));
    clock.pass(25 * 60 * MINUTE);
    expect(await disableAll(call, paths.slice(0, 4))).toEqual([200, 200, 200, 403]);
  });

  test('does not count the changes that a short release let through after the release is over', async () => {
    await release(new Date(clock.now().getTime() + 30 * MINUTE));
    expect(await disableAll(call, paths.slice(0, 3))).toEqual([200, 200, 200]);
    clock.pass(30 * MINUTE);
    expect((await disable(call, paths[3])).status).toBe(200);
    expect((await disable(startInstance(proxy, settings, clock).clientOf(tenant), paths[4])).status).toBe(200);
  });

  test('has no personal data in its row', async () => {
    const rows = await rowsOf('advisors', tenant);
    const state = rows.find(({ rowKey }) => rowKey === '~changes.brake');
    expect(state).toMatchObject({ state: 'engaged', since: clock.now() });
    expect(Object.keys(state ?? {}).sort()).toEqual(['etag', 'partitionKey', 'rowKey', 'since', 'state', 'timestamp']);
  });
});
