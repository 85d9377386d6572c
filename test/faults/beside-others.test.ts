import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inProcess } from '../operations/in-process.ts';
import { type Client, patchOp, user } from '../service/client.ts';
import { isWrite, type StorageProxy, startStorageProxy } from '../stand-ins/storage-proxy.ts';
import { connectAzurite, tableOf } from '../store/rows.ts';
import { brokenIn } from '../storm/broken.ts';
import { patient } from './trial.ts';

let proxy: StorageProxy;
beforeAll(async () => {
  proxy = await startStorageProxy();
  await tableOf('advisors').createTable();
});
afterAll(() => proxy.stop());

let tenant: string;
let call: Client;
/** Another client of the same tenant, which does not use the proxy. */
let other: Client;
beforeEach(() => {
  tenant = randomUUID();
  call = clientOf(proxy.tables);
  other = clientOf(process.env['SCIM_TEST_TABLES'] ?? '');
});

function clientOf(tables: string): Client {
  const table = connectAzurite(tables, 'advisors');
  return inProcess({ table, tenant, patience: patient });
}

const id = 'b7a1c2d3-0000-4000-8000-000000000001';
const path = `/Users/${id}`;
const anna = user({ userName: 'anna@contoso.com', externalId: id });
const set = (values: object) => patchOp({ op: 'replace', value: values });

/** Lets storage carry out the next write, but loses its answer. Meanwhile, other requests run. */
function loseAnswer(meanwhile: () => Promise<unknown>): void {
  proxy.meet(isWrite, async ({ forward, cut }) => {
    await forward();
    await meanwhile();
    cut();
  });
}

/** Makes this many changes as another client. */
const change = (times: number) => async () => {
  for (let number = 1; number <= times; number += 1)
    expect((await other('PATCH', path, set({ displayName: `Anna ${number}` }))).status).toBe(200);
};

describe.each([1, 4])('a write whose answer is lost, followed by %i changes of another client', (times) => {
  const last = `Anna ${times}`;

  test('succeeds as a create', async () => {
    loseAnswer(change(times));
    expect(await call('POST', '/Users', anna)).toMatchObject({ status: 201, body: { id, displayName: last } });
    expect(await brokenIn(tenant)).toEqual([]);
  });

  test.each([
    ['a PATCH', { displayName: 'mine', active: false }],
    ['a move', { displayName: 'mine', active: false, externalId: randomUUID() }],
    ['a rename', { displayName: 'mine', active: false, userName: 'bo@contoso.com' }],
  ])('succeeds as %s, and does not undo the changes', async (_what, values) => {
    const version = (await other('POST', '/Users', anna)).headers.get('etag') ?? '';
    loseAnswer(change(times));
    const answer = await call('PATCH', path, set(values), { 'if-match': version });
    expect(answer).toMatchObject({ status: 200, body: { active: false, displayName: last } });
    expect(answer.headers.get('etag')).toBe((await other('GET', path)).headers.get('etag'));
    expect(await brokenIn(tenant)).toEqual([]);
  });
});

test('a DELETE whose answer is lost does not delete a user who was created again', async () => {
  await other('POST', '/Users', anna);
  loseAnswer(async () => expect((await other('POST', '/Users', anna)).status).toBe(201));
  expect((await call('DELETE', path)).status).toBe(204);
  expect((await other('GET', path)).status).toBe(200);
  expect(await brokenIn(tenant)).toEqual([]);
});

test('a DELETE that did not reach storage deletes a user that another client has changed', async () => {
  await other('POST', '/Users', anna);
  proxy.meet(isWrite, async ({ cut }) => {
    await change(1)();
    cut();
  });
  expect((await call('DELETE', path)).status).toBe(204);
  expect((await other('GET', path)).status).toBe(404);
});
