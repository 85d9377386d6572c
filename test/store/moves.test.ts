import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Answer, type Client, clientOf, patchOp, user } from '../service/client.ts';
import { type RunningService, startService, type Tenant } from '../service/service.ts';
import { audit, resourceRowsOf, rowsOf, userNameKeyOf } from './rows.ts';

const TABLE = 'advisors';
let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

let tenant: Tenant;
let call: Client;
beforeEach(() => {
  tenant = service.newTenant();
  call = clientOf(service, TABLE, tenant);
});

const create = (attributes: object): Promise<Answer> => call('POST', '/Users', user(attributes));
const replace = (id: unknown, path: string, value: unknown): Promise<Answer> =>
  call('PATCH', `/Users/${id}`, patchOp({ op: 'replace', path, value }));
const findIds = async (attribute: string, value: string): Promise<unknown> => {
  const filter = encodeURIComponent(`${attribute} eq ${JSON.stringify(value)}`);
  const { Resources } = (await call('GET', `/Users?filter=${filter}`)).body;
  return Array.isArray(Resources) ? Resources.map(({ id }) => id) : Resources;
};
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a resource is found by each of its keys, and by no other. */
async function expectFound(id: unknown, { userName, externalId }: { userName: string; externalId?: string }) {
  expect(await call('GET', `/Users/${id}`)).toMatchObject({ status: 200, body: { id, userName } });
  expect(await findIds('id', String(id))).toEqual([id]);
  expect(await findIds('userName', userName.toUpperCase())).toEqual([id]);
  if (externalId !== undefined) expect(await findIds('externalId', externalId)).toEqual([id]);
  expect(await audit(TABLE, tenant.name)).toEqual([]);
}

test('a lower-case GUID as externalId is the id and the key', async () => {
  const externalId = randomUUID();
  expect((await create({ userName: 'anna@x.dk', externalId })).body).toMatchObject({ id: externalId, externalId });
  expect(await resourceRowsOf(TABLE, tenant.name)).toMatchObject([{ rowKey: externalId }]);
  await expectFound(externalId, { userName: 'anna@x.dk', externalId });
});

test.each([
  ['an upper-case GUID', randomUUID().toUpperCase()],
  ['a GUID in braces', `{${randomUUID()}}`],
  ['characters that no key may hold', '/\\#?\t\n%25~"\'æøå 🙂'],
  ['the form of another row of the table', '~id.x'],
  ['the form of another key', `n.${randomUUID()}`],
  ['2,000 characters', 'x'.repeat(2_000)],
  ['one character', '0'],
])('an externalId with %s is kept as it was sent and gets a random id', async (_what, externalId) => {
  const { status, body } = await create({ userName: 'anna@x.dk', externalId });
  expect({ status, body }).toMatchObject({ status: 201, body: { externalId } });
  expect(body['id']).toMatch(guid);
  expect(body['id']).not.toBe(externalId.toLowerCase());
  await expectFound(body['id'], { userName: 'anna@x.dk', externalId });
});

test('externalIds that differ in case are different', async () => {
  const externalId = 'aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa';
  const lower = await create({ userName: 'anna@x.dk', externalId });
  const upper = await create({ userName: 'bo@x.dk', externalId: externalId.toUpperCase() });
  expect([lower.status, upper.status]).toEqual([201, 201]);
  expect(await findIds('externalId', externalId)).toEqual([lower.body['id']]);
  expect(await findIds('externalId', externalId.toUpperCase())).toEqual([upper.body['id']]);
});

test('a resource without an externalId is stored under its id, and moves when it gets one', async () => {
  const { body } = await create({ userName: 'anna@x.dk' });
  await expectFound(body['id'], { userName: 'anna@x.dk' });
  const externalId = randomUUID();
  expect((await replace(body['id'], 'externalId', externalId)).body).toMatchObject({ id: body['id'], externalId });
  await expectFound(body['id'], { userName: 'anna@x.dk', externalId });
  const removed = await call('PATCH', `/Users/${body['id']}`, patchOp({ op: 'remove', path: 'externalId' }));
  expect(removed).toMatchObject({ status: 200, body: { id: body['id'] } });
  expect(removed.body).not.toHaveProperty('externalId');
  expect(await findIds('externalId', externalId)).toEqual([]);
  await expectFound(body['id'], { userName: 'anna@x.dk' });
});

test('a rehired person keeps the id when the externalId changes, by PATCH and by PUT', async () => {
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
  await create({ userName: 'anna@x.dk', externalId: first });
  const { body: created } = await call('GET', `/Users/${first}`);
  expect((await replace(first, 'externalId', second)).body).toMatchObject({ id: first, externalId: second });
  await expectFound(first, { userName: 'anna@x.dk', externalId: second });
  const put = await call('PUT', `/Users/${first}`, user({ userName: 'anna@x.dk', externalId: third }));
  expect(put.body).toMatchObject({ id: first, externalId: third, meta: { created: Object(created['meta']).created } });
  await expectFound(first, { userName: 'anna@x.dk', externalId: third });
  expect(await findIds('externalId', first)).toEqual([]);
  expect(await findIds('externalId', second)).toEqual([]);
});

test('a resource that moves away and back is always found', async () => {
  const externalId = randomUUID();
  await create({ userName: 'anna@x.dk', externalId });
  await replace(externalId, 'externalId', 'elsewhere');
  await replace(externalId, 'externalId', externalId);
  await expectFound(externalId, { userName: 'anna@x.dk', externalId });
});

test('a resource that is created with an externalId that another resource had before gets an id of its own', async () => {
  const [left, taken] = [randomUUID(), randomUUID()];
  await create({ userName: 'anna@x.dk', externalId: left });
  await replace(left, 'externalId', taken);
  const { status, body } = await create({ userName: 'bo@x.dk', externalId: left });
  expect(status).toBe(201);
  expect(body['id']).toMatch(guid);
  expect(body['id']).not.toBe(left);
  await expectFound(left, { userName: 'anna@x.dk', externalId: taken });
  await expectFound(body['id'], { userName: 'bo@x.dk', externalId: left });
  expect((await call('DELETE', `/Users/${left}`)).status).toBe(204);
  expect((await call('GET', `/Users/${left}`)).status).toBe(404);
  await expectFound(body['id'], { userName: 'bo@x.dk', externalId: left });
});

test('a rename that keeps the folded userName leaves the userName row alone', async () => {
  const externalId = randomUUID();
  await create({ userName: 'anna@x.dk', externalId });
  const pointer = async () =>
    (await rowsOf(TABLE, tenant.name)).find(({ rowKey }) => rowKey === userNameKeyOf('anna@x.dk'));
  const before = await pointer();
  expect((await replace(externalId, 'userName', 'ANNA@x.dk')).body).toMatchObject({ userName: 'ANNA@x.dk' });
  expect(before).toBeDefined();
  expect(await pointer()).toEqual(before);
  await expectFound(externalId, { userName: 'ANNA@x.dk', externalId });
});

test('a rename to another userName moves the userName row', async () => {
  const externalId = randomUUID();
  await create({ userName: 'anna@x.dk', externalId });
  await replace(externalId, 'userName', 'anna@y.dk');
  expect(await findIds('userName', 'anna@x.dk')).toEqual([]);
  await expectFound(externalId, { userName: 'anna@y.dk', externalId });
});

test('a rename and a move in one request are one change', async () => {
  const [first, second] = [randomUUID(), randomUUID()];
  await create({ userName: 'anna@x.dk', externalId: first });
  const both = patchOp({ op: 'replace', value: { userName: 'anna@y.dk', externalId: second } });
  expect((await call('PATCH', `/Users/${first}`, both)).status).toBe(200);
  expect(await findIds('userName', 'anna@x.dk')).toEqual([]);
  await expectFound(first, { userName: 'anna@y.dk', externalId: second });
});
