import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Host, startHost } from '../../../infra/local/host.ts';
import example from '../../../local.settings.example.json' with { type: 'json' };
import { limits } from '../../../shared/scim/limits.ts';
import { rawGet, sendRaw } from './raw-request.ts';
import { type Echo, registerEcho } from './sample-app.ts';

let host: Host;

beforeAll(async () => {
  registerEcho('echo', 'echo/{*rest}');
  host = await startHost({ port: 0 });
});

afterAll(() => host.close());

/** What the function received of a request that is sent unchanged. */
async function see(text: string): Promise<Echo> {
  const answer = await sendRaw(host.url, text);
  expect(answer).toMatch(/^HTTP\/1.1 200 /);
  return JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)) as Echo;
}

const post = (headers: string, body: string): string =>
  `POST /echo HTTP/1.1\r\nHost: bookme.test\r\nConnection: close\r\n${headers}\r\n${body}`;

const statusOf = async (text: string): Promise<string | undefined> => (await sendRaw(host.url, text)).split(' ')[1];

describe('a body', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('of a %s arrives byte for byte', async (method) => {
    const body = Buffer.from('\ufeff{"a": "\xff\xfe"', 'latin1');
    const answer = await fetch(`${host.url}/echo`, { method, body, headers: { 'content-type': '!!!' } });
    expect(await answer.json()).toMatchObject({
      method,
      body: body.toString('latin1'),
      headers: { 'content-type': '!!!' },
    });
  });

  test('that is chunked is not passed on, but its header is', async () => {
    const seen = await see(post('Transfer-Encoding: chunked\r\n', '4\r\nabcd\r\n0\r\n\r\n'));
    expect(seen.body).toBe('');
    expect(seen.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
    expect(seen.headers).not.toHaveProperty('content-length');
  });

  test('that is compressed is not decoded', async () => {
    const seen = await see(post('Content-Length: 4\r\nContent-Encoding: gzip\r\n', '\x1f\x8b\x08\x00'));
    expect(seen.body).toBe('\x1f\x8b\x08\x00');
    expect(seen.headers['content-encoding']).toBe('gzip');
  });

  test('of a GET is not passed on', async () => {
    const seen = await see(rawGet('/echo', 'Content-Length: 4\r\n').concat('abcd'));
    expect(seen.body).toBe('');
  });

  test.each(['', 'Content-Length: 0\r\n'])('that is missing counts as an empty one (%j)', async (headers) => {
    expect((await see(post(headers, ''))).body).toBe('');
  });

  test('over 100 MiB gets an empty 500, and the connection closes before it is read', async () => {
    const answer = await sendRaw(
      host.url,
      post(`Content-Length: ${100 * 1024 * 1024 + 1}\r\n`, 'abc').replace('close', 'keep-alive'),
    );
    expect(answer).toMatch(/^HTTP\/1.1 500 .*\r\n\r\n$/s);
  });

  test('over the limit that the app sets also gets an empty 500, and one within it reaches the function', async () => {
    process.env['FUNCTIONS_REQUEST_BODY_SIZE_LIMIT'] = '10';
    try {
      expect(await sendRaw(host.url, post('Content-Length: 11\r\n', 'abcdefghijk'))).toMatch(
        /^HTTP\/1.1 500 .*\r\n\r\n$/s,
      );
      expect((await see(post('Content-Length: 10\r\n', 'abcdefghij'))).body).toBe('abcdefghij');
    } finally {
      delete process.env['FUNCTIONS_REQUEST_BODY_SIZE_LIMIT'];
    }
  });

  test('may be as large as the service accepts, and the setting of the app lets the host refuse one that is a little larger', () => {
    const { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: limit } = example.Values;
    expect(Number(limit)).toBeGreaterThan(limits.bodyBytes);
    expect(Number(limit)).toBeLessThan(limits.bodyBytes * 1.2);
  });

  test('that arrives in several parts is joined', async () => {
    const body = 'x'.repeat(3_000_000);
    const answer = await fetch(`${host.url}/echo`, { method: 'POST', body });
    expect(((await answer.json()) as Echo).body).toBe(body);
  });
});

describe('headers', () => {
  test('have names in lower case, keep empty values, and are joined by a comma if repeated', async () => {
    const headers = 'Authorization: Bearer a\r\nX-Empty:\r\nAuthorization: Bearer b\r\nCookie: c=1\r\nCookie: d=2\r\n';
    const seen = await see(rawGet('/echo', headers));
    expect(seen.headers).toMatchObject({ authorization: 'Bearer a,Bearer b', 'x-empty': '', cookie: 'c=1,d=2' });
  });

  test('may have 32 KiB in total, and get 431 beyond that', async () => {
    expect(await statusOf(rawGet('/echo', `X-Long: ${'x'.repeat(32_600)}\r\n`))).toBe('200');
    expect(await statusOf(rawGet('/echo', `X-Long: ${'x'.repeat(32_800)}\r\n`))).toBe('431');
  });

  test('without Host get 400', async () => {
    expect(await statusOf('GET /echo HTTP/1.1\r\nConnection: close\r\n\r\n')).toBe('400');
  });
});

describe('request.url', () => {
  test.each([
    ['has the Host header as it was sent', '/echo', 'http://bookme.test/echo'],
    ['keeps the case and a trailing slash', '/Echo/X/', 'http://bookme.test/Echo/X/'],
    ['is encoded again, not as it was sent', '/echo/%40%2B%20%C3%A9%5C', 'http://bookme.test/echo/@+%20%C3%A9%5C'],
    ['shows one slash for two spellings', '/echo/%2F%252F', 'http://bookme.test/echo/%2F%2F'],
    ['encodes a lone percent sign', '/echo/%ZZ%25', 'http://bookme.test/echo/%25ZZ%25'],
    ['has no dot segments', '/x/%2e%2e/echo/a', 'http://bookme.test/echo/a'],
    ['has the query as it was sent', '/echo?a=%40+%2B&a=2&b', 'http://bookme.test/echo?a=%40+%2B&a=2&b'],
  ])('%s', async (_name, target, url) => {
    expect((await see(rawGet(target))).url).toBe(url);
  });

  test('may have a request line of 8 KiB, and gets 414 beyond that', async () => {
    expect(await statusOf(rawGet(`/echo/${'x'.repeat(8_150)}`))).toBe('200');
    expect(await statusOf(rawGet(`/echo/${'x'.repeat(8_300)}`))).toBe('414');
  });
});

describe('request.query', () => {
  test.each([
    ['is decoded, a plus sign to a space', 'filter=userName+eq%20%22a%2Bb%22', [['filter', 'userName eq "a+b"']]],
    ['joins a repeated key, whatever its case', 'id=a&ID=b&id=c', [['id', 'a,b,c']]],
    ['is empty without one', '', []],
    [
      'keeps a key without a value',
      'a&b=',
      [
        ['a', ''],
        ['b', ''],
      ],
    ],
  ])('%s', async (_name, query, expected) => {
    expect((await see(rawGet(`/echo?${query}`))).query).toEqual(expected);
  });
});
