import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Host, startHost } from '../../../infra/local/host.ts';
import { rawGet, sendRaw } from './raw-request.ts';
import { registerAnswer } from './sample-app.ts';

const scim = { 'content-type': 'application/scim+json; charset=utf-8' };
const logged: string[] = [];
let host: Host;

beforeAll(async () => {
  registerAnswer('text', 'text', { body: 'tekst' });
  registerAnswer('json', 'json', { jsonBody: { a: 'æ' } });
  registerAnswer('scim', 'scim', {
    status: 201,
    headers: { ...scim, ETag: 'W/"1"', Location: '/x', 'X-Own': '1' },
    body: '{}',
  });
  registerAnswer('sized', 'sized', { headers: { ...scim, 'content-length': '2' }, body: '{}' });
  registerAnswer('empty', 'empty', { status: 200 });
  registerAnswer('no-content', 'no-content', { status: 204, headers: scim, body: 'dropped' });
  registerAnswer('not-modified', 'not-modified', { status: 304, headers: scim });
  registerAnswer('nothing', 'nothing', undefined);
  registerAnswer('status-text', 'status-text', { status: '409' });
  registerAnswer('status-599', 'status-599', { status: 599 });
  registerAnswer('status-999', 'status-999', { status: 999 });
  registerAnswer('status-word', 'status-word', { status: 'abc' });
  registerAnswer('a-string', 'a-string', 'text');
  registerAnswer('throws', 'throws', new Error('secret detail'));
  host = await startHost({ port: 0, log: (level, message) => logged.push(`${level} ${message}`) });
});

afterAll(() => host.close());

const get = (path: string): Promise<Response> => fetch(`${host.url}/${path}`);

describe('an answer', () => {
  test('has the content type of the handler, byte for byte, and its headers', async () => {
    const answer = await get('scim');
    expect(answer.status).toBe(201);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      ...scim,
      etag: 'W/"1"',
      location: '/x',
      'x-own': '1',
      server: 'Kestrel',
      date: expect.any(String),
    });
    expect(await answer.text()).toBe('{}');
  });

  test('has the content type of the library if the handler sets none', async () => {
    expect((await get('text')).headers.get('content-type')).toBe('text/plain;charset=UTF-8');
    const json = await get('json');
    expect(json.headers.get('content-type')).toBe('application/json');
    expect(await json.json()).toEqual({ a: 'æ' });
  });

  test('is chunked, unless the handler sets a length', async () => {
    const chunked = await get('scim');
    expect(chunked.headers.get('transfer-encoding')).toBe('chunked');
    expect(chunked.headers.get('content-length')).toBeNull();
    const sized = await get('sized');
    expect(sized.headers.get('transfer-encoding')).toBeNull();
    expect(sized.headers.get('content-length')).toBe('2');
  });

  test('without a body has length 0 and no content type', async () => {
    const answer = await get('empty');
    expect(answer.headers.get('content-length')).toBe('0');
    expect(answer.headers.get('content-type')).toBeNull();
  });

  test.each(['no-content', 'not-modified'])(
    'of %s has no body and no length, and keeps its content type',
    async (path) => {
      const answer = await sendRaw(host.url, rawGet(`/${path}`));
      expect(answer).toMatch(/content-type: application\/scim\+json/);
      expect(answer).not.toMatch(/content-length|transfer-encoding/i);
      expect(answer).toMatch(/\r\n\r\n$/);
    },
  );

  test('of a handler that returns nothing is 204', async () => {
    expect((await get('nothing')).status).toBe(204);
  });

  test('to HEAD keeps the headers and drops the body', async () => {
    const answer = await sendRaw(host.url, rawGet('/scim').replace('GET', 'HEAD'));
    expect(answer).toMatch(/^HTTP\/1.1 201 .*etag: W\/"1".*\r\n\r\n$/s);
  });

  test("to a CORS preflight is the host's, and the function does not run", async () => {
    const headers = { origin: 'https://example.com', 'access-control-request-method': 'PATCH' };
    const answer = await fetch(`${host.url}/throws`, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
  });
});

describe('the status', () => {
  test.each([
    ['status-text', 409],
    ['status-599', 599],
  ])('of %s is passed on', async (path, status) => {
    expect((await get(path)).status).toBe(status);
  });

  test.each(['status-999', 'status-word', 'a-string', 'throws'])(
    'of %s is an empty 500 without details',
    async (path) => {
      const answer = await get(path);
      expect(answer.status).toBe(500);
      expect(answer.headers.get('content-type')).toBeNull();
      expect(answer.headers.get('content-length')).toBe('0');
      expect(await answer.text()).toBe('');
    },
  );

  test('of a handler that throws has its reason in the log', async () => {
    await get('throws');
    expect(logged.join()).toMatch(/^error|,error Error: secret detail/);
  });
});
