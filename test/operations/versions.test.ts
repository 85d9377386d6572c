import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Client, clientOf, patchOp, user } from '../service/client.ts';
import { type RunningService, startService } from '../service/service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

let call: Client;
let path: string;
let version: string;
const anna = { userName: 'anna@x.dk', externalId: randomUUID() };
beforeEach(async () => {
  call = clientOf(service, 'advisors', service.newTenant());
  const { body, headers } = await call('POST', '/Users', user(anna));
  path = `/Users/${body['id']}`;
  version = headers.get('etag') ?? '';
});

const set = (name: string, value: unknown) => patchOp({ op: 'replace', path: name, value });
const writes = [
  ['PATCH', (): object => set('displayName', randomUUID())],
  ['PUT', (): object => user({ ...anna, displayName: randomUUID() })],
] as const;

test('the version is a weak tag, the same in the header and in meta, and the same in every response', async () => {
  expect(version).toMatch(/^W\/"[A-Za-z0-9_-]{16}"$/);
  const answer = await call('GET', path);
  expect(answer.headers.get('etag')).toBe(version);
  expect(answer.body['meta']).toMatchObject({ version });
  const { body } = await call('GET', '/Users?filter=userName+eq+%22anna@x.dk%22');
  expect(body['Resources']).toMatchObject([{ meta: { version } }]);
});

test.each([
  ['PATCH', set('displayName', 'Anna')],
  ['PATCH of userName', set('userName', 'anna@y.dk')],
  ['PATCH of externalId', set('externalId', randomUUID())],
  ['PUT', user({ ...anna, displayName: 'Anna' })],
])('a %s creates a new version', async (what, body) => {
  const [method = ''] = what.split(' ');
  const changed = await call(method, path, body);
  expect(changed.status).toBe(200);
  const newVersion = changed.headers.get('etag');
  expect(newVersion).not.toBe(version);
  expect((await call('GET', path)).headers.get('etag')).toBe(newVersion);
});

test('a request that changes nothing keeps the version and lastModified', async () => {
  const before = (await call('GET', path)).body;
  for (const [method, body] of [
    ['PATCH', set('active', 'True')],
    ['PATCH', patchOp()],
    ['PUT', user({ ...anna, active: true })],
  ] as const) {
    const answer = await call(method, path, body);
    expect(answer).toMatchObject({ status: 200, body: before });
    expect(answer.headers.get('etag')).toBe(version);
  }
});

describe.each([...writes, ['DELETE', (): undefined => undefined] as const])('%s with If-Match', (method, body) => {
  const send = (ifMatch: string) => call(method, path, body(), { 'if-match': ifMatch });

  test.each([
    ['the version', (tag: string) => tag],
    ['the version without W/', (tag: string) => tag.slice(2)],
    ['a list that holds it', (tag: string) => `"a", ${tag} ,W/"b"`],
    ['*', () => '*'],
  ])('is carried out if it names %s', async (_what, header) => {
    expect((await send(header(version))).status).toBe(method === 'DELETE' ? 204 : 200);
  });

  test.each([
    ['an old version', async () => version],
    ['a list without it', async () => 'W/"a", "b"'],
    ['the bare text of the tag', async () => ((await call('GET', path)).headers.get('etag') ?? '').slice(3, -1)],
    ['nothing', async () => ''],
  ])('gets 412 and changes nothing if it names %s', async (_what, header) => {
    await call('PATCH', path, set('displayName', 'changed meanwhile'));
    const before = await call('GET', path);
    const refused = await send(await header());
    expect(refused).toMatchObject({ status: 412, body: { status: '412' } });
    expect(refused.headers.get('content-type')).toBe('application/scim+json');
    expect(await call('GET', path)).toMatchObject({ status: 200, body: before.body });
  });

  test('gets 404 for a resource that does not exist', async () => {
    expect((await call(method, `/Users/${randomUUID()}`, body(), { 'if-match': '*' })).status).toBe(404);
  });
});

describe('GET with If-None-Match', () => {
  const read = (ifNoneMatch: string) => call('GET', path, undefined, { 'if-none-match': ifNoneMatch });

  test('gets 304 with the version and no body if it names the current version', async () => {
    for (const header of [version, version.slice(2), `W/"x", ${version}`, '*']) {
      const answer = await read(header);
      expect({ status: answer.status, text: answer.text }).toEqual({ status: 304, text: '' });
      expect(answer.headers.get('etag')).toBe(version);
      expect(answer.headers.get('content-type')).toBeNull();
    }
  });

  test('gets the resource if it names another version', async () => {
    await call('PATCH', path, set('displayName', 'Anna'));
    expect(await read(version)).toMatchObject({ status: 200, body: { displayName: 'Anna' } });
  });
});
