import { randomUUID } from 'node:crypto';
import type { TransactionAction } from '@azure/data-tables';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Answer, type Client, clientOf, patchOp, user } from '../service/client.ts';
import { type RunningService, type ServiceName, startService, type Tenant } from '../service/service.ts';
import { type StorageProxy, startStorageProxy } from '../stand-ins/storage-proxy.ts';
import { tableOf } from '../store/rows.ts';

let proxy: StorageProxy;
let service: RunningService;
beforeAll(async () => {
  proxy = await startStorageProxy();
  service = await startService(proxy.tables);
});
afterAll(async () => {
  await service.stop();
  await proxy.stop();
});

/** The answer to a request, and the storage calls that arrived at the socket. */
async function counted(request: Promise<Answer>): Promise<Answer & { readonly calls: number }> {
  const before = proxy.calls.length;
  const answer = await request;
  return { ...answer, calls: proxy.calls.length - before };
}

const query = (filter: string): string => `/Users?filter=${encodeURIComponent(filter)}`;
const replaced = (path: string, value: unknown) => patchOp({ op: 'replace', path, value });

describe.each<ServiceName>(['advisors', 'rooms'])('the storage calls of a request to %s', (name) => {
  let tenant: Tenant;
  let call: Client;
  beforeEach(() => {
    tenant = service.newTenant();
    call = clientOf(service, name, tenant);
  });

  /** A user whose id is the externalId and the RowKey, like all users that Entra creates. */
  async function createAnna() {
    const externalId = randomUUID();
    await call('POST', '/Users', user({ userName: 'anna@contoso.com', externalId }));
    return { id: externalId, externalId };
  }

  test('a create takes one, even if it is refused', async () => {
    const anna = user({ userName: 'anna@contoso.com', externalId: randomUUID() });
    expect(await counted(call('POST', '/Users', anna))).toMatchObject({ status: 201, calls: 1 });
    expect(await counted(call('POST', '/Users', anna))).toMatchObject({ status: 409, calls: 1 });
  });

  test('the connection test and a filter that matches nothing take at most two', async () => {
    for (const attribute of ['userName', 'externalId', 'id']) {
      const answer = await counted(call('GET', query(`${attribute} eq "${randomUUID()}"`)));
      expect(answer).toMatchObject({ status: 200, body: { totalResults: 0 } });
      expect(answer.calls).toBeLessThanOrEqual(2);
    }
  });

  test('a filter that finds a user takes one by externalId or by id, and two by userName', async () => {
    const { id, externalId } = await createAnna();
    const found = { status: 200, body: { totalResults: 1 } };
    expect(await counted(call('GET', query(`externalId eq "${externalId}"`)))).toMatchObject({ ...found, calls: 1 });
    expect(await counted(call('GET', query(`id eq "${id}"`)))).toMatchObject({ ...found, calls: 1 });
    expect(await counted(call('GET', query('userName eq "ANNA@contoso.com"')))).toMatchObject({ ...found, calls: 2 });
    expect(await counted(call('GET', query('active eq true and userName eq "anna@contoso.com"')))).toMatchObject({
      ...found,
      calls: 2,
    });
  });

  test('a read by id takes one, or at most two if there is no such user', async () => {
    const { id } = await createAnna();
    expect(await counted(call('GET', `/Users/${id}`))).toMatchObject({ status: 200, calls: 1 });
    const missing = await counted(call('GET', `/Users/${randomUUID()}`));
    expect(missing.status).toBe(404);
    expect(missing.calls).toBeLessThanOrEqual(2);
    expect(await counted(call('GET', '/Users/nobody'))).toMatchObject({ status: 404, calls: 0 });
  });

  test('a change, a rename, a move and a delete take two each', async () => {
    const { id } = await createAnna();
    const path = `/Users/${id}`;
    const changed = { status: 200, calls: 2 };
    expect(await counted(call('PATCH', path, replaced('displayName', 'Anna')))).toMatchObject(changed);
    expect(await counted(call('PATCH', path, replaced('userName', 'anna@fabrikam.com')))).toMatchObject(changed);
    const put = user({ userName: 'anna@fabrikam.com', externalId: id, active: false });
    expect(await counted(call('PUT', path, put))).toMatchObject(changed);
    expect(await counted(call('PATCH', path, replaced('externalId', randomUUID())))).toMatchObject(changed);
    const { id: other } = await createAnna();
    expect(await counted(call('DELETE', `/Users/${other}`))).toMatchObject({ status: 204, calls: 2 });
  });

  test('a request that changes nothing only reads', async () => {
    const { id } = await createAnna();
    const disable = replaced('active', 'False');
    await call('PATCH', `/Users/${id}`, disable);
    expect(await counted(call('PATCH', `/Users/${id}`, disable))).toMatchObject({ status: 200, calls: 1 });
  });

  test('a user who was moved, or whose id is not the externalId, takes at most two more', async () => {
    const { id } = await createAnna();
    await call('PATCH', `/Users/${id}`, replaced('externalId', randomUUID()));
    const bo = user({ userName: 'bo@contoso.com', externalId: 'bo' });
    const { body } = await call('POST', '/Users', bo);
    for (const path of [`/Users/${id}`, `/Users/${body['id']}`]) {
      expect((await counted(call('GET', path))).calls).toBeLessThanOrEqual(3);
      expect((await counted(call('GET', query(`id eq "${path.slice(7)}"`)))).calls).toBeLessThanOrEqual(3);
      expect((await counted(call('PATCH', path, replaced('displayName', 'New')))).calls).toBeLessThanOrEqual(4);
      expect((await counted(call('DELETE', path))).calls).toBeLessThanOrEqual(4);
    }
  });

  test('a request that is refused before it needs storage takes none', async () => {
    expect(await counted(call('POST', '/Users', user({ active: true })))).toMatchObject({ status: 400, calls: 0 });
    expect(await counted(call('GET', query('nickName eq "x"')))).toMatchObject({ status: 400, calls: 0 });
    expect(await counted(call('GET', '/Schemas'))).toMatchObject({ status: 200, calls: 0 });
    const foreign = { authorization: 'Bearer nobody' };
    expect(await counted(call('GET', '/Users', undefined, foreign))).toMatchObject({ status: 401, calls: 0 });
  });

  test('a list with a cursor takes one for every thousand users', async () => {
    await seed(name, tenant, 2_001);
    const pages: { readonly calls: number; readonly shown: number }[] = [];
    let cursor: unknown = '';
    while (cursor !== undefined) {
      const { calls, body } = await counted(call('GET', `/Users?count=1000&cursor=${cursor}`));
      pages.push({ calls, shown: Number(body['itemsPerPage']) });
      cursor = body['nextCursor'];
    }
    const full = { calls: 1, shown: 1_000 };
    expect(pages).toEqual([full, full, { calls: 1, shown: 1 }]);
    expect(await counted(call('GET', '/Users?count=10&cursor'))).toMatchObject({
      calls: 1,
      body: { itemsPerPage: 10 },
    });
  });
});

/** Writes users directly into the table, 33 of them with their index rows in each transaction. */
async function seed(service: ServiceName, { name }: Tenant, count: number): Promise<void> {
  const table = tableOf(service);
  for (let done = 0; done < count; done += 33) {
    const people = Array.from({ length: Math.min(33, count - done) }, (_, at) => rowsOfPerson(name, done + at));
    await table.submitTransaction(people.flat());
  }
}

function rowsOfPerson(partitionKey: string, number: number): TransactionAction[] {
  const id = randomUUID();
  const pointer = { partitionKey, target: id, id };
  const created = new Date();
  const columns = { id, externalId: id, userName: `user${number}@contoso.com`, active: true, stamp: randomUUID() };
  return [
    ['create', { partitionKey, rowKey: id, ...columns, created, lastModified: created }],
    ['create', { ...pointer, rowKey: `~userName.seed${number}` }],
    ['create', { ...pointer, rowKey: `~id.${id}` }],
  ];
}
