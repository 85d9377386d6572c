import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newToken } from '../../shared/auth/token.ts';
import { sendRaw } from '../infra/local/raw-request.ts';
import { type RunningService, type ServiceName, startService, type Tenant } from '../service/service.ts';

let service: RunningService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = service.newTenant();
});
afterAll(() => service.stop());

/** Requests below a Tenant URL, to known and unknown paths. Their bodies are invalid, because the token must be checked first. */
const requests: readonly (readonly [string, string])[] = [
  ['GET', '/Users'],
  ['POST', '/Users'],
  ['GET', '/Users?filter=nonsense'],
  ['GET', `/Users/${randomUUID()}`],
  ['PUT', `/Users/${randomUUID()}`],
  ['PATCH', `/Users/${randomUUID()}`],
  ['DELETE', `/Users/${randomUUID()}`],
  ['GET', '/ServiceProviderConfig'],
  ['GET', '/ResourceTypes'],
  ['GET', '/ResourceTypes/User'],
  ['GET', '/Schemas'],
  ['GET', '/Schemas/urn:x'],
  ['GET', ''],
  ['POST', '/.search'],
  ['POST', '/Users/.search'],
  ['GET', '/Groups'],
  ['POST', '/Groups'],
  ['DELETE', '/Groups/x'],
  ['GET', '/Me'],
  ['POST', '/Bulk'],
  ['GET', '/nothing/here'],
  ['DELETE', '/Users'],
  ['OPTIONS', '/Users'],
  ['PUT', '/Schemas'],
];

async function ask(name: ServiceName, method: string, path: string, authorization?: string) {
  const hasBody = method !== 'GET' && method !== 'OPTIONS';
  const response = await fetch(`${service.url}/${name}/scim${path}`, {
    method,
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(hasBody && { 'content-type': 'text/plain' }),
    },
    ...(hasBody && { body: '{' }),
  });
  const { status, headers } = response;
  return {
    status,
    challenge: headers.get('www-authenticate'),
    type: headers.get('content-type'),
    body: await response.json(),
  };
}

const refused = { status: 401, type: 'application/scim+json', body: { status: '401' } };

describe.each<ServiceName>(['advisors', 'rooms'])('below the Tenant URL of %s', (name) => {
  const other = name === 'advisors' ? 'rooms' : 'advisors';

  test.each(requests)('%s %s gets 401 without a token, whatever else is wrong', async (method, path) => {
    expect(await ask(name, method, path)).toMatchObject({ ...refused, challenge: 'Bearer realm="BookMe SCIM"' });
  });

  test.each(requests)('%s %s gets 401 with the token of the other service', async (method, path) => {
    const answer = await ask(name, method, path, `Bearer ${tenant[other]}`);
    expect(answer).toMatchObject({ ...refused, challenge: expect.stringContaining('error="invalid_token"') });
  });

  test.each(requests)('%s %s does not get 401 with the right token', async (method, path) => {
    expect((await ask(name, method, path, `Bearer ${tenant[name]}`)).status).not.toBe(401);
  });

  test.each([
    ['a token that nobody has', () => `Bearer ${newToken(tenant.name)}`],
    ['a token of a tenant that does not exist', () => `Bearer ${newToken('nobody')}`],
    ['the token with a letter more', () => `Bearer ${tenant[name]}x`],
    ['the token with a letter less', () => `Bearer ${tenant[name].slice(0, -1)}`],
    ['the token in the other case', () => `Bearer ${tenant[name].toUpperCase()}`],
    ['the token twice', () => `Bearer ${tenant[name]},Bearer ${tenant[name]}`],
    ['another scheme', () => `Basic ${tenant[name]}`],
    ['the bare token', () => tenant[name]],
    ['no credentials', () => 'Bearer'],
    ['nothing', () => ''],
    ['10,000 characters', () => `Bearer ${tenant.name}.${'a'.repeat(10_000)}`],
  ])('%s gets 401', async (_what, authorization) => {
    expect(await ask(name, 'GET', '/Users', authorization())).toMatchObject(refused);
  });

  test('two Authorization headers, which the host joins, get 401', async () => {
    const header = `Authorization: Bearer ${tenant[name]}\r\n`;
    const get = (headers: string) =>
      sendRaw(service.url, `GET /${name}/scim/Users HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`);
    expect(await get(header)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await get(header + header)).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('the scheme may be written in any case', async () => {
    expect((await ask(name, 'GET', '/Users', `bEARER ${tenant[name]}`)).status).toBe(200);
  });

  test('a token in the query is not accepted', async () => {
    expect(await ask(name, 'GET', `/Users?access_token=${tenant[name]}&code=${tenant[name]}`)).toMatchObject(refused);
  });
});

test('a wrong token gets the same response, whether or not its tenant exists', async () => {
  const known = await ask('advisors', 'GET', '/Users', `Bearer ${newToken(tenant.name)}`);
  const unknown = await ask('advisors', 'GET', '/Users', `Bearer ${newToken('nobody')}`);
  expect(known).toEqual(unknown);
});
