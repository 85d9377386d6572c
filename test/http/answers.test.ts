import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sendRaw } from '../infra/local/raw-request.ts';
import { type Answer, type Client, clientOf, patchOp, user } from '../service/client.ts';
import { PUBLIC_URL, type RunningService, type ServiceName, startService, type Tenant } from '../service/service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

describe.each<ServiceName>(['advisors', 'rooms'])('an answer of %s', (name) => {
  const base = `${PUBLIC_URL}/${name}/scim`;
  let tenant: Tenant;
  let call: Client;
  beforeEach(() => {
    tenant = service.newTenant();
    call = clientOf(service, name, tenant);
  });

  const create = () => call('POST', '/Users', user({ userName: 'anna@x.dk', externalId: randomUUID() }));

  test('is application/scim+json if it has a body, and must not be stored', async () => {
    const { body } = await create();
    const path = `/Users/${body['id']}`;
    const answers: readonly Answer[] = [
      await create(),
      await call('GET', '/Users'),
      await call('GET', path),
      await call('GET', path, undefined, { 'if-none-match': '*' }),
      await call('PATCH', path, patchOp({ op: 'replace', path: 'active', value: false })),
      await call('PUT', path, user({ userName: 'anna@x.dk' })),
      await call('GET', '/ServiceProviderConfig'),
      await call('GET', '/Schemas'),
      await call('GET', '/Groups'),
      await call('GET', '/Me'),
      await call('GET', '/nothing'),
      await call('POST', '/Users', '{'),
      await call('GET', '/Users', undefined, { authorization: 'none' }),
      await call('DELETE', path),
      await call('DELETE', path),
    ];
    expect(answers.map(({ status }) => status)).toEqual([
      409, 200, 200, 304, 200, 200, 200, 200, 200, 501, 404, 400, 401, 204, 404,
    ]);
    for (const { status, text, headers } of answers) {
      const isEmpty = status === 204 || status === 304;
      expect([text === '', headers.get('content-type')]).toEqual([isEmpty, isEmpty ? null : 'application/scim+json']);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  test('has a Location that leads to a new resource', async () => {
    const { headers, body } = await create();
    const location = headers.get('location') ?? '';
    expect(location).toBe(`${base}/Users/${body['id']}`);
    expect(body['meta']).toMatchObject({ location, resourceType: 'User' });
    expect(await call('GET', location.slice(base.length))).toMatchObject({ status: 200, body });
  });

  test('contains URLs from the configuration, whatever host the request names', async () => {
    const { body } = await create();
    const headers = [
      'Host: evil.example',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Proto: https',
      'Forwarded: host=evil.example',
      `Authorization: Bearer ${tenant[name]}`,
      'Connection: close',
    ].join('\r\n');
    for (const path of [`/Users/${body['id']}`, '/Users', '/ServiceProviderConfig', '/Schemas', '/ResourceTypes']) {
      const answer = await sendRaw(service.url, `GET /${name}/scim${path} HTTP/1.1\r\n${headers}\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
      expect(answer).toContain(base);
      expect(answer).not.toContain('evil');
    }
  });

  test.each([
    ['/Users', ['PUT', 'PATCH', 'DELETE', 'OPTIONS'], 'GET, HEAD, POST'],
    ['/Users/x', ['POST', 'OPTIONS'], 'GET, HEAD, PUT, PATCH, DELETE'],
    ['/.search', ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'], 'POST'],
    ['/Schemas', ['POST', 'PUT', 'PATCH', 'DELETE'], 'GET, HEAD'],
    ['/Schemas/x', ['POST', 'DELETE'], 'GET, HEAD'],
    ['/ResourceTypes', ['POST', 'DELETE'], 'GET, HEAD'],
    ['/ResourceTypes/User', ['PUT', 'DELETE'], 'GET, HEAD'],
    ['/ServiceProviderConfig', ['POST', 'DELETE', 'OPTIONS'], 'GET, HEAD'],
    ['', ['POST', 'PUT', 'PATCH', 'DELETE'], 'GET, HEAD'],
    ['/Groups', ['POST', 'PUT', 'PATCH', 'DELETE'], 'GET, HEAD'],
  ])('to a wrong method on %s is 405 with the methods that are allowed', async (path, methods, allow) => {
    for (const method of methods) {
      const { status, headers, body } = await call(method, path);
      expect([method, status, headers.get('allow')]).toEqual([method, 405, allow]);
      if (method !== 'HEAD') expect(body).toMatchObject({ status: '405', detail: expect.stringMatching(/\.$/) });
    }
  });

  test.each(['/Users/x/y', '/User', '/nothing', '/Users/x/.search/y', '/v2/Users', '/Schemas/x/y', '/scim/Users'])(
    'on the unknown path %s is 404 for every method',
    async (path) => {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
        expect(await call(method, path)).toMatchObject({ status: 404, body: { status: '404' } });
    },
  );

  test.each([
    ['not a GUID', 'anna'],
    ['a GUID in upper case', randomUUID().toUpperCase()],
    ['a GUID with a space', `${randomUUID()}%20`],
    ['a slash', 'a%2Fb'],
    ['two dots', '%2e%2e%2fadvisors'],
    ['a quote', "x'%20or%20'1'%20eq%20'1"],
    ['the key of another row', '~id.x'],
    ['letters beyond ASCII', '%C3%A6%C3%B8%C3%A5'],
    ['invalid escapes', '%ZZ%FF'],
    ['a thousand characters', 'x'.repeat(1_000)],
  ])('to an id that is %s is 404', async (_what, id) => {
    expect(await call('GET', `/Users/${id}`)).toMatchObject({ status: 404, body: { status: '404' } });
    expect((await call('DELETE', `/Users/${id}`)).status).toBe(404);
  });

  test('does not depend on the case of the path, or on a slash at its end', async () => {
    const { body } = await create();
    expect((await call('GET', `/users/${body['id']}/`)).status).toBe(200);
    expect((await call('GET', '/USERS/')).status).toBe(200);
    expect((await call('GET', '/schemas/')).status).toBe(200);
    expect((await call('GET', '/')).status).toBe(200);
    expect((await call('GET', '/groups/')).status).toBe(200);
  });

  test('to a request for groups says that there are none, and what to turn off', async () => {
    const none = { status: 200, body: { totalResults: 0, Resources: [] } };
    expect(await call('GET', '/Groups')).toMatchObject(none);
    expect(await call('GET', '/Groups?excludedAttributes=members&filter=displayName+eq+%22x%22')).toMatchObject(none);
    const created = await call('POST', '/Groups', { displayName: 'x' });
    expect(created).toMatchObject({ status: 405 });
    expect(created.body['detail']).toContain('Provision Microsoft Entra ID Groups');
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'POST']) {
      const { status, body } = await call(method, `/Groups/${randomUUID()}`);
      expect([status, body['detail']]).toEqual([404, created.body['detail']]);
    }
  });

  test('to a request for /Me or /Bulk is 501', async () => {
    for (const [method, path] of [
      ['GET', '/Me'],
      ['PATCH', '/Me'],
      ['POST', '/Bulk'],
    ] as const)
      expect(await call(method, path)).toMatchObject({ status: 501, body: { status: '501' } });
  });
});
