import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PROOF_HEADER } from '../../../infra/console/server/guard.ts';
import { type RunningConsole, serveConsole } from '../../../infra/console/server/serve.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Headers = Readonly<Record<string, string>>;

const SECRET = 'what only the reader may see';
let running: RunningConsole;
let origin: string;
let port: number;
/** The address that was printed last. */
let address: string;

beforeAll(async () => {
  running = await serveConsole({
    handle: async ([what]) => (what === 'data' ? { SECRET } : undefined),
    port: 0,
    onOpened: (next) => {
      address = next;
    },
  });
  address = running.address;
  origin = new URL(address).origin;
  port = Number(new URL(address).port);
});

afterAll(() => running.close());

async function send(path: string, headers: Headers = {}, method = 'GET'): Promise<Answer> {
  const sent = request({ host: '127.0.0.1', port, path, method, headers }).end();
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** Opens the printed address as a browser does, and returns the headers of the session. */
async function enter(): Promise<Headers> {
  const { status, headers } = await send(pathOf(address));
  expect(status).toBe(303);
  const [, proof = ''] = /^\/#proof=([\w-]{43})$/.exec(headers.location ?? '') ?? [];
  const [cookie = ''] = (headers['set-cookie']?.[0] ?? '').split(';');
  return { cookie, [PROOF_HEADER]: proof };
}

const pathOf = (url: string): string => url.slice(origin.length);

describe('the printed address', () => {
  test('is on 127.0.0.1, and works for one browser', async () => {
    expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const used = pathOf(address);
    const session = await enter();
    expect((await send('/api/data', session)).body).toContain(SECRET);
    expect((await send(used)).status).toBe(403);
    expect(pathOf(address)).not.toBe(used);
    expect((await send('/api/data', await enter())).status).toBe(200);
  });

  test('sets a cookie that scripts and other sites cannot read', async () => {
    const { headers } = await send(pathOf(address));
    expect(headers['set-cookie']?.[0]).toMatch(
      new RegExp(`^bookme-console-${port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/; Max-Age=\\d+$`),
    );
  });

  test('still works after a HEAD request', async () => {
    expect((await send(pathOf(address), {}, 'HEAD')).status).toBe(403);
    expect(await enter()).toBeDefined();
  });

  test('leads a browser that already has a session to the page', async () => {
    const used = pathOf(address);
    const { cookie = '' } = await enter();
    expect(await send(used, { cookie })).toMatchObject({ status: 303, headers: { location: '/' } });
  });
});

describe('the console refuses', () => {
  let session: Headers;
  beforeEach(async () => {
    session = await enter();
  });

  test.each<[string, string, (session: Headers) => Headers]>([
    ['a wrong key', '/?key=wrong', () => ({})],
    ['an empty key', '/?key=', () => ({})],
    ['a request without a session', '/', () => ({})],
    ['a request for data without a session', '/api/data', () => ({})],
    ['a request for a file of the page without a session', '/assets/main.js', () => ({})],
    ['the cookie without the proof', '/api/data', ({ cookie = '' }) => ({ cookie })],
    ['the proof without the cookie', '/api/data', ({ [PROOF_HEADER]: proof = '' }) => ({ [PROOF_HEADER]: proof })],
    ['a wrong cookie', '/api/data', (all) => ({ ...all, cookie: `${all['cookie']}x` })],
    ['a wrong proof', '/api/data', (all) => ({ ...all, [PROOF_HEADER]: 'x' })],
    ['another Host', '/api/data', (all) => ({ ...all, host: 'bookme.example' })],
    ['a Host of another port', '/api/data', (all) => ({ ...all, host: '127.0.0.1:1' })],
    [
      'the Host localhost, where another program may listen',
      '/api/data',
      (all) => ({ ...all, host: `localhost:${port}` }),
    ],
    ['another Origin', '/api/data', (all) => ({ ...all, origin: 'https://attacker.example' })],
    ['another local Origin', '/api/data', (all) => ({ ...all, origin: 'http://127.0.0.1:1' })],
    ['the Origin null', '/api/data', (all) => ({ ...all, origin: 'null' })],
    ['a request from a page of the same site', '/api/data', (all) => ({ ...all, 'sec-fetch-site': 'same-site' })],
    ['a request from a page of another site', '/api/data', (all) => ({ ...all, 'sec-fetch-site': 'cross-site' })],
  ])('%s', async (_name, path, headersOf) => {
    const { status, body, headers } = await send(path, headersOf(session));
    expect(status).toBe(403);
    expect(headers['set-cookie']).toBeUndefined();
    expect(body).not.toContain(SECRET);
    expect(body).toMatch(/^[A-Z].*\.\n$/);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'a request that could change something: %s',
    async (method) => {
      const { status, headers } = await send('/api/data', session, method);
      expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'GET, HEAD' });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    },
  );
});

describe('every answer', () => {
  test.each([
    '/',
    '/api/data',
    '/api/nothing',
    '/assets/main.js',
    '/assets/style.css',
    '/assets/nothing',
    '/%',
    '/api/%E0%A4%A',
  ])('forbids everything that the page does not need: %s', async (path) => {
    const { headers } = await send(path, await enter());
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });

  test('to HEAD has no body', async () => {
    expect(await send('/api/data', await enter(), 'HEAD')).toMatchObject({ status: 200, body: '' });
  });

  test('to a malformed address is a 4xx', async () => {
    expect((await send('http://127.0.0.1/api/data', await enter())).status).toBe(400);
  });
});

test('another port is used if the requested one is in use', async () => {
  const second = await serveConsole({ handle: async () => undefined, port });
  expect(new URL(second.address).port).not.toBe(String(port));
  await second.close();
});
