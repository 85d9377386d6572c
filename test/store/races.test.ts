import { randomUUID } from 'node:crypto';
import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inProcess } from '../operations/in-process.ts';
import { type Client, patchOp, user } from '../service/client.ts';
import { gate, isReadOf, isWrite, type StorageProxy, startStorageProxy } from '../stand-ins/storage-proxy.ts';
import { audit, connectAzurite, resourceRowsOf, rowsBesideHistory, tableOf, userNameKeyOf } from './rows.ts';

const TABLE = 'advisors';
let proxy: StorageProxy;
beforeAll(async () => {
  proxy = await startStorageProxy();
  await tableOf(TABLE).createTable();
});
afterAll(() => proxy.stop());

let tenant: string;
beforeEach(() => {
  tenant = randomUUID();
});
/** The store as the product connects it. */
const guarded = (): TableClient => connectAzurite(proxy.tables, TABLE);
/** The same, but every update is carried out, whatever the version. */
const withoutETags = (): TableClient => {
  const anyVersion: NonNullable<TableServiceClientOptions['additionalPolicies']>[number] = {
    position: 'perCall',
    policy: {
      name: 'anyVersion',
      sendRequest(request, next) {
        if (typeof request.body === 'string')
          request.body = request.body.replaceAll(/if-match: [^\r\n]+/gi, 'if-match: *');
        return next(request);
      },
    },
  };
  return connectAzurite(proxy.tables, TABLE, { additionalPolicies: [anyVersion] });
};
/** The same, but the SDK's deletes stay unconditional. */
const withoutConditionalDelete = (): TableClient =>
  TableClient.fromConnectionString(proxy.tables, TABLE, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });

const set = (path: string, value: unknown) => patchOp({ op: 'replace', path, value });

async function createAnna(call: Client): Promise<{ id: string; path: string; version: string }> {
  const { status, body, headers } = await call(
    'POST',
    '/Users',
    user({ userName: 'anna@contoso.com', externalId: randomUUID() }),
  );
  expect(status).toBe(201);
  return { id: String(body['id']), path: `/Users/${body['id']}`, version: headers.get('etag') ?? '' };
}

/** Holds the next write until another request is done. Returns the answers to both requests. */
async function overtake(held: () => ReturnType<Client>, other: () => ReturnType<Client>) {
  const door = gate();
  proxy.meet(isWrite, door.treatment);
  const first = held();
  await door.arrived;
  const second = await other();
  door.open();
  return [await first, second] as const;
}

describe('two changes that read the same version', () => {
  /** What is left of both changes. */
  async function bothChanges(table: TableClient): Promise<unknown> {
    const call = inProcess({ table, tenant });
    const { path } = await createAnna(call);
    const [first, second] = await overtake(
      () => call('PATCH', path, set('displayName', 'Anna')),
      () => call('PATCH', path, set('name.givenName', 'Anna')),
    );
    expect([first.status, second.status]).toEqual([200, 200]);
    return (await call('GET', path)).body;
  }

  test('are both kept', async () => {
    expect(await bothChanges(guarded())).toMatchObject({ displayName: 'Anna', name: { givenName: 'Anna' } });
    expect(await audit(TABLE, tenant)).toEqual([]);
  });

  test('would lose one if updates did not name the version that was read', async () => {
    expect(await bothChanges(withoutETags())).not.toHaveProperty('name');
  });

  test('are not both accepted if both have If-Match', async () => {
    const call = inProcess({ table: guarded(), tenant });
    const { path, version } = await createAnna(call);
    const ifMatch = { 'if-match': version };
    const [first, second] = await overtake(
      () => call('PATCH', path, set('displayName', 'late'), ifMatch),
      () => call('PATCH', path, set('displayName', 'early'), ifMatch),
    );
    expect([first.status, second.status]).toEqual([412, 200]);
    expect((await call('GET', path)).body['displayName']).toBe('early');
  });

  test('by fifty clients at once are each applied or answered with 503, and none is lost', async () => {
    const call = inProcess({ table: guarded(), tenant });
    const { path } = await createAnna(call);
    const add = (number: number) =>
      call('PATCH', path, patchOp({ op: 'add', path: 'addresses', value: [{ formatted: `Desk ${number}` }] }));
    const statuses = await Promise.all(Array.from({ length: 50 }, async (_, number) => (await add(number)).status));
    const answered = (status: number) => statuses.flatMap((one, number) => (one === status ? [`Desk ${number}`] : []));
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(answered(200).length).toBeGreaterThan(0);
    const kept = ((await call('GET', path)).body['addresses'] as readonly { formatted: string }[]).map(
      ({ formatted }) => formatted,
    );
    expect(new Set(kept).size).toBe(kept.length);
    expect(kept).toEqual(expect.arrayContaining(answered(200)));
    // Storage may have carried out what it did not answer in time.
    expect([...answered(200), ...answered(503)]).toEqual(expect.arrayContaining(kept));
  });
});

describe('a delete with If-Match at the same time as a change', () => {
  async function deleteAgainstChange(table: TableClient) {
    const call = inProcess({ table, tenant });
    const { path, version } = await createAnna(call);
    const [deleted] = await overtake(
      () => call('DELETE', path, undefined, { 'if-match': version }),
      () => call('PATCH', path, set('displayName', 'changed')),
    );
    return { deleted: deleted.status, left: (await resourceRowsOf(TABLE, tenant)).length };
  }

  test('is refused, and the changed resource stays', async () => {
    expect(await deleteAgainstChange(guarded())).toEqual({ deleted: 412, left: 1 });
    expect(await audit(TABLE, tenant)).toEqual([]);
  });

  test('would remove a version that the client did not name, without the policy conditionalDelete', async () => {
    expect(await deleteAgainstChange(withoutConditionalDelete())).toEqual({ deleted: 204, left: 0 });
  });
});

describe('a move at the same time as a change', () => {
  async function moveAgainstChange(table: TableClient) {
    const call = inProcess({ table, tenant });
    const { path } = await createAnna(call);
    await overtake(
      () => call('PATCH', path, set('externalId', randomUUID())),
      () => call('PATCH', path, set('displayName', 'changed')),
    );
    return (await call('GET', path)).body['displayName'];
  }

  test('keeps the change', async () => {
    expect(await moveAgainstChange(guarded())).toBe('changed');
    expect(await audit(TABLE, tenant)).toEqual([]);
  });

  test('would lose the change without the policy conditionalDelete', async () => {
    expect(await moveAgainstChange(withoutConditionalDelete())).toBeUndefined();
  });

  test('is followed by the change if the move is first', async () => {
    const call = inProcess({ table: guarded(), tenant });
    const { path } = await createAnna(call);
    const externalId = randomUUID();
    const [changed] = await overtake(
      () => call('PATCH', path, set('displayName', 'changed')),
      () => call('PATCH', path, set('externalId', externalId)),
    );
    expect(changed).toMatchObject({ status: 200, body: { displayName: 'changed', externalId } });
    expect(await audit(TABLE, tenant)).toEqual([]);
  });
});

test('a rename at the same time as a change keeps the change, and is refused with If-Match', async () => {
  const call = inProcess({ table: guarded(), tenant });
  const { path } = await createAnna(call);
  const rename = (headers = {}) => call('PATCH', path, set('userName', `${randomUUID()}@contoso.com`), headers);
  await overtake(
    () => rename(),
    () => call('PATCH', path, set('displayName', 'changed')),
  );
  const { body, headers } = await call('GET', path);
  expect(body['displayName']).toBe('changed');
  const [refused] = await overtake(
    () => rename({ 'if-match': headers.get('etag') }),
    () => call('PATCH', path, set('displayName', 'changed again')),
  );
  expect(refused.status).toBe(412);
  expect((await call('GET', path)).body).toMatchObject({ userName: body['userName'], displayName: 'changed again' });
  expect(await audit(TABLE, tenant)).toEqual([]);
});

test('two simultaneous moves of a resource leave it under one key', async () => {
  const call = inProcess({ table: guarded(), tenant });
  const { path } = await createAnna(call);
  const [late, early] = await overtake(
    () => call('PATCH', path, set('externalId', randomUUID())),
    () => call('PATCH', path, set('externalId', randomUUID())),
  );
  expect([late.status, early.status]).toEqual([200, 200]);
  expect((await call('GET', path)).body['externalId']).toBe(late.body['externalId']);
  expect(await audit(TABLE, tenant)).toEqual([]);
});

test('two simultaneous renames of a resource leave one userName taken', async () => {
  const call = inProcess({ table: guarded(), tenant });
  const { path } = await createAnna(call);
  await overtake(
    () => call('PATCH', path, set('userName', 'late@contoso.com')),
    () => call('PATCH', path, set('userName', 'early@contoso.com')),
  );
  expect((await call('GET', path)).body['userName']).toBe('late@contoso.com');
  expect(await audit(TABLE, tenant)).toEqual([]);
  expect((await call('POST', '/Users', user({ userName: 'early@contoso.com' }))).status).toBe(201);
});

test('if two resources take the same userName at once, one gets it and the other keeps its own', async () => {
  const call = inProcess({ table: guarded(), tenant });
  const { path } = await createAnna(call);
  const { body } = await call('POST', '/Users', user({ userName: 'bo@contoso.com' }));
  const [late, early] = await overtake(
    () => call('PATCH', path, set('userName', 'shared@contoso.com')),
    () => call('PATCH', `/Users/${body['id']}`, set('userName', 'SHARED@contoso.com')),
  );
  expect(early.status).toBe(200);
  expect(late).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
  expect((await call('GET', path)).body['userName']).toBe('anna@contoso.com');
  expect(await audit(TABLE, tenant)).toEqual([]);
});

test.each([
  ['a move', () => set('externalId', randomUUID())],
  ['a rename', () => set('userName', 'anna@fabrikam.com')],
])('a delete at the same time as %s deletes the result of the other request', async (_what, change) => {
  const call = inProcess({ table: guarded(), tenant });
  const { path } = await createAnna(call);
  const [deleted, changed] = await overtake(
    () => call('DELETE', path),
    () => call('PATCH', path, change()),
  );
  expect([deleted.status, changed.status]).toEqual([204, 200]);
  expect(await rowsBesideHistory(TABLE, tenant)).toEqual([]);
});

test('if a create and a move take the same externalId at once, the first one gets it', async () => {
  const call = inProcess({ table: guarded(), tenant });
  const { path } = await createAnna(call);
  const create = (userName: string, externalId: string) => () => call('POST', '/Users', user({ userName, externalId }));
  const move = (externalId: string) => () => call('PATCH', path, set('externalId', externalId));
  const [first, second] = [randomUUID(), randomUUID()];
  const [lateMove, created] = await overtake(move(first), create('bo@contoso.com', first));
  expect([lateMove.status, created.status]).toEqual([409, 201]);
  const [lateCreate, moved] = await overtake(create('cecilie@contoso.com', second), move(second));
  expect([lateCreate.status, moved.status]).toEqual([409, 200]);
  expect(await audit(TABLE, tenant)).toEqual([]);
});

test('a change at the same time as a delete is answered with 404, and the resource stays deleted', async () => {
  const call = inProcess({ table: guarded(), tenant });
  const { path } = await createAnna(call);
  const [changed, deleted] = await overtake(
    () => call('PATCH', path, set('displayName', 'late')),
    () => call('DELETE', path),
  );
  expect([changed.status, deleted.status]).toEqual([404, 204]);
  expect(await resourceRowsOf(TABLE, tenant)).toEqual([]);
  expect(await audit(TABLE, tenant)).toEqual([]);
});

test.each([
  ['a move', () => set('externalId', randomUUID())],
  ['a rename and a move', () => patchOp({ op: 'replace', value: { userName: 'ANNA@contoso.com', externalId: 'x' } })],
])('a reader still finds the resource if %s follows the read of the index row', async (_what, change) => {
  const call = inProcess({ table: guarded(), tenant });
  const { id, path } = await createAnna(call);
  const pointerRead = gate();
  proxy.meet(isReadOf(userNameKeyOf('anna@contoso.com')), async (exchange) => {
    const answer = await exchange.forward();
    await pointerRead.treatment({ ...exchange, forward: async () => answer });
  });
  const reading = call('GET', `/Users?filter=${encodeURIComponent('userName eq "anna@contoso.com"')}`);
  await pointerRead.arrived;
  expect((await call('PATCH', path, change())).status).toBe(200);
  pointerRead.open();
  expect((await reading).body).toMatchObject({ totalResults: 1, Resources: [{ id }] });
});

test('a reader by id still finds the resource if it is moved a second time meanwhile', async () => {
  const call = inProcess({ table: guarded(), tenant });
  const { id, path } = await createAnna(call);
  await call('PATCH', path, set('externalId', randomUUID()));
  const pointerRead = gate();
  proxy.meet(isReadOf(`~id.${id}`), async (exchange) => {
    const answer = await exchange.forward();
    await pointerRead.treatment({ ...exchange, forward: async () => answer });
  });
  const reading = call('GET', path);
  await pointerRead.arrived;
  await call('PATCH', path, set('externalId', randomUUID()));
  pointerRead.open();
  expect((await reading).status).toBe(200);
});
