import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { shapeOf } from '../../shared/http/body.ts';
import { limits } from '../../shared/scim/limits.ts';
import { type Client, clientOf, PATCH_OP, USER, user } from '../service/client.ts';
import { type RunningService, startService, type Tenant } from '../service/service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

let tenant: Tenant;
let call: Client;
beforeEach(() => {
  tenant = service.newTenant();
  call = clientOf(service, 'advisors', tenant);
});

const text = (value: object): string => JSON.stringify(value);
const anna = user({ userName: 'anna@x.dk' });
const syntaxError = { status: 400, body: { status: '400', scimType: 'invalidSyntax' } };

/** A body with this many bytes. */
const sized = (bytes: number): string => text(anna).padEnd(bytes);

const scimJson = { 'content-type': 'application/scim+json' };

/** Sends bytes that are not text, or a stream of unknown length. */
async function post(body: Uint8Array | ReadableStream, headers: object = scimJson) {
  const response = await fetch(`${service.url}/advisors/scim/Users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tenant.advisors}`, ...headers },
    body,
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  });
  return { status: response.status, body: await response.json() };
}

describe('a body is refused with 400 invalidSyntax', () => {
  test.each([
    ['that is empty', ''],
    ['of spaces', '  \n'],
    ['that is cut off', text(anna).slice(0, -1)],
    ['with something after it', `${text(anna)}x`],
    ['with a comment', `{/* */${text(anna).slice(1)}`],
    ['with single quotes', text(anna).replaceAll('"', "'")],
    ['that is an array', `[${text(anna)}]`],
    ['that is a string', '"anna"'],
    ['that is null', 'null'],
    ['with NaN', '{"x":NaN}'],
    ['with a byte order mark', `\uFEFF${text(anna)}`],
    ['with a name twice', `{"userName":"bo@x.dk",${text(anna).slice(1)}`],
    ['with a name twice, once escaped', `{"\\u0075serName":"bo@x.dk",${text(anna).slice(1)}`],
    ['with a name twice in different case', `{"USERNAME":"bo@x.dk",${text(anna).slice(1)}`],
    ['with a name twice deep within', `{"x":[{"a":{"b":1,"c":[],"b":2}}],${text(anna).slice(1)}`],
    ['with __proto__ twice', `{"__proto__":1,"__proto__":2,${text(anna).slice(1)}`],
    ['with a lone surrogate', text(anna).replace('anna', '\\ud800')],
    ['that is nested too deeply', `{"x":${'['.repeat(500_000)}${']'.repeat(500_000)}}`],
    ['without schemas', text({ userName: 'anna@x.dk' })],
    ['with other schemas', text({ schemas: [PATCH_OP], userName: 'anna@x.dk' })],
  ])('%s', async (_what, body) => {
    const answer = await call('POST', '/Users', body);
    expect({ status: answer.status, body: answer.body }).toMatchObject(syntaxError);
    expect(String(answer.body['detail'])).toMatch(/^[A-Z].*\.$/s);
  });

  test.each([
    ['bytes that are no UTF-8', [0x22, 0xff, 0x22]],
    ['an overlong form', [0xc0, 0xaf]],
    ['UTF-16', [...Buffer.from(text(anna), 'utf16le')]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
  ])('of %s', async (_what, bytes) => {
    expect(await post(Uint8Array.from(bytes))).toMatchObject(syntaxError);
  });

  test.each(['PUT', 'PATCH'])('in a %s, as in a POST', async (method) => {
    for (const body of ['', '[]', '{', '{"a":1,"a":2}'])
      expect(await call(method, `/Users/${randomUUID()}`, body)).toMatchObject(syntaxError);
  });
});

describe('a body is accepted', () => {
  test.each([
    ['with blanks around it', `\n ${text(anna)} \t`],
    ['with colons and quotes in its texts', text({ ...anna, displayName: '":":\\"{"a":1,"a":2}\\' })],
    ['with one name in several objects', text({ ...anna, name: { givenName: 'a' }, x: [{ y: 1 }, { y: 2 }] })],
    ['with names that mean something to JavaScript', `{"__proto__":{"a":1},"constructor":1,${text(anna).slice(1)}`],
    ['with numbers beyond all', `{"x":1e999,${text(anna).slice(1)}`],
  ])('%s', async (_what, body) => {
    expect(await call('POST', '/Users', body)).toMatchObject({ status: 201, body: { userName: 'anna@x.dk' } });
  });

  test.each([
    'application/scim+json',
    'application/scim+json; charset=utf-8',
    'Application/SCIM+JSON;charset="UTF-8"',
    'application/json',
    'application/json; odata=verbose; charset=utf8',
  ])('as %s', async (type) => {
    expect((await call('POST', '/Users', anna, { 'content-type': type })).status).toBe(201);
  });

  test('without a content type', async () => {
    expect((await post(Buffer.from(text(anna)), {})).status).toBe(201);
  });
});

test.each([
  ['content-type', 'text/plain'],
  ['content-type', 'application/xml'],
  ['content-type', 'application/x-www-form-urlencoded'],
  ['content-type', 'application/scim+jsonx'],
  ['content-type', '!!!'],
  ['content-type', 'application/json; charset=iso-8859-1'],
  ['content-encoding', 'gzip'],
])('a body with the %s %s gets 415', async (name, value) => {
  expect(await call('POST', '/Users', anna, { [name]: value })).toMatchObject({ status: 415, body: { status: '415' } });
});

test('a chunked body gets 411, because the host passes it on empty', async () => {
  const body = new Blob([text(anna)]).stream();
  expect(await post(body)).toMatchObject({ status: 411, body: { status: '411' } });
});

describe('a body of 1 MB', () => {
  test('is accepted', async () => {
    expect((await call('POST', '/Users', sized(limits.bodyBytes))).status).toBe(201);
  });

  test('and one byte gets 413', async () => {
    const answer = await call('POST', '/Users', sized(limits.bodyBytes + 1));
    expect(answer).toMatchObject({ status: 413, body: { status: '413' } });
    expect(answer.body['detail']).toContain(String(limits.bodyBytes));
  });

  test('is counted in bytes, not in characters', async () => {
    const letters = text({ ...anna, x: 'ø'.repeat(limits.bodyBytes / 2) });
    expect(letters.length).toBeLessThan(limits.bodyBytes);
    expect((await call('POST', '/Users', letters)).status).toBe(413);
  });
});

test('the body of a GET or a DELETE is ignored', async () => {
  const { body } = await call('POST', '/Users', anna);
  expect(body['schemas']).toEqual([USER]);
  expect((await call('DELETE', `/Users/${body['id']}`, '{not json')).status).toBe(204);
});

test.each([
  ['{"a": [1, 2, {"b": "x, y: [z"}]}', { depth: 2, values: 2, members: 2 }],
  ['"\\"[[[,:"', { depth: 0, values: 0, members: 0 }],
  ['[{},{},{}]', { depth: 1, values: 3, members: 0 }],
  [']]]', { depth: 0, values: 0, members: 0 }],
])('the depth and size of %s are measured before it is parsed', (text, shape) => {
  expect(shapeOf(text)).toEqual(shape);
});
