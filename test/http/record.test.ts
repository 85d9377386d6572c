import { randomUUID } from 'node:crypto';
import { RestError } from '@azure/data-tables';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newToken } from '../../shared/auth/token.ts';
import { describeError, record } from '../../shared/http/record.ts';
import { ScimError } from '../../shared/scim/errors.ts';
import { type Answer, type Client, clientOf, patchOp, user } from '../service/client.ts';
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

/** The only record that a request leaves. */
async function recordOf(request: Promise<Answer>) {
  const before = service.log.length;
  await request;
  const records = service.log.slice(before);
  expect(records).toHaveLength(1);
  return JSON.parse(records[0] ?? '');
}

const anna = {
  userName: 'anna.private@x.dk',
  externalId: randomUUID(),
  displayName: 'Anna Privat',
  name: { givenName: 'Fornavnet', familyName: 'Efternavnet' },
  addresses: [{ type: 'work', formatted: 'Hemmelig Gade 5' }],
};
const on = (attributes: object) => patchOp({ op: 'replace', value: { ...attributes, active: true } });
const off = (attributes: object) => patchOp({ op: 'replace', value: { ...attributes, active: false } });
const set = (path: string, value: unknown) => patchOp({ op: 'replace', path, value });

test('a request leaves one record with the caller, the operation, the outcome and the cost', async () => {
  const written = await recordOf(call('POST', '/Users', user(anna)));
  expect(written).toEqual({
    record: 'request',
    service: 'advisors',
    verb: 'create',
    tenant: tenant.name,
    status: 201,
    outcome: 'created',
    id: anna.externalId,
    durationMs: expect.any(Number),
    storageCalls: 1,
    storageRetries: 0,
    tolerances: [],
    token: expect.stringMatching(/^[0-9a-f]{8}$/),
  });
  expect(written.durationMs).toBeGreaterThan(0);
});

test('each outcome has its own word in the record', async () => {
  const path = `/Users/${anna.externalId}`;
  const steps: readonly (readonly [string, string, unknown, string, string?])[] = [
    ['GET', '/Users?filter=userName+eq+%22x%22', undefined, 'not matched'],
    ['POST', '/Users', user(anna), 'created', anna.externalId],
    ['GET', '/Users?filter=userName+eq+%22anna.private@x.dk%22', undefined, 'matched', anna.externalId],
    ['GET', path, undefined, 'read', anna.externalId],
    ['GET', '/Users', undefined, 'listed'],
    ['PATCH', path, set('displayName', 'Anna'), 'updated', anna.externalId],
    ['PATCH', path, set('displayName', 'Anna'), 'unchanged', anna.externalId],
    ['PATCH', path, set('active', false), 'disabled', anna.externalId],
    ['PATCH', path, set('active', true), 'restored', anna.externalId],
    ['PATCH', path, set('externalId', 'elsewhere'), 'moved', anna.externalId],
    ['PUT', path, user({ ...anna, externalId: 'elsewhere', active: false }), 'disabled', anna.externalId],
    ['GET', '/Schemas', undefined, 'discovered'],
    ['PATCH', path, set('active', true), 'restored', anna.externalId],
    ['PATCH', path, off({ externalId: 'away' }), 'disabled', anna.externalId],
    ['PATCH', path, on({ externalId: 'back' }), 'moved', anna.externalId],
    ['DELETE', path, undefined, 'deleted', anna.externalId],
    ['DELETE', path, undefined, 'refused', anna.externalId],
    ['GET', '/Groups', undefined, 'not matched'],
    ['POST', '/Groups', undefined, 'refused'],
    ['GET', '/nothing', undefined, 'refused'],
  ];
  for (const [method, target, body, outcome, id] of steps) {
    const written = await recordOf(call(method, target, body));
    expect([method, target, written.outcome, written.id]).toEqual([method, target, outcome, id]);
  }
});

test('the record of a refusal contains the id in the path, but nothing else of the path', async () => {
  const id = randomUUID();
  expect(await recordOf(call('GET', `/Users/${id}`))).toMatchObject({ status: 404, id });
  expect(await recordOf(call('GET', `/Users/${id.toUpperCase()}`))).toMatchObject({ status: 404, id });
  expect(await recordOf(call('PATCH', `/Users/${id}`, '{'))).toMatchObject({ status: 400, id });
  expect(await recordOf(call('GET', '/Users/anna.private@x.dk'))).not.toHaveProperty('id');
});

test('the record of a refusal contains the scimType', async () => {
  expect(await recordOf(call('GET', '/Users?filter=x'))).toMatchObject({ status: 400, scimType: 'invalidFilter' });
  await call('POST', '/Users', user(anna));
  expect(await recordOf(call('POST', '/Users', user(anna)))).toMatchObject({ status: 409, scimType: 'uniqueness' });
});

test('the record of a refusal names the check that refused the request', async () => {
  await call('POST', '/Users', user(anna));
  const path = `/Users/${anna.externalId}`;
  const refused = async (method: string, target: string, body?: unknown, headers = {}) =>
    (await recordOf(call(method, target, body, headers))).refusedBy;
  expect(await refused('GET', '/Users?filter=x')).toBe('invalidFilter');
  expect(await refused('POST', '/Users', user(anna))).toBe('uniqueness');
  expect(await refused('GET', '/Users', undefined, { authorization: 'Basic x' })).toBe('authentication');
  expect(await refused('GET', '/Users/nobody')).toBe('notFound');
  expect(await refused('DELETE', path, undefined, { 'if-match': 'W/"old"' })).toBe('precondition');
  expect(await refused('POST', '/Bulk')).toBe('protocol');
});

test('each function has its own verb in the record', async () => {
  const verbs: readonly (readonly [string, string, string])[] = [
    ['POST', '/Users', 'create'],
    ['GET', '/Users', 'list'],
    ['GET', '/Users/x', 'get'],
    ['PUT', '/Users/x', 'replace'],
    ['PATCH', '/Users/x', 'patch'],
    ['DELETE', '/Users/x', 'delete'],
    ['GET', '/Schemas', 'schemas'],
    ['GET', '/ResourceTypes', 'resourceTypes'],
    ['GET', '/ServiceProviderConfig', 'serviceProviderConfig'],
    ['POST', '/.search', 'search'],
    ['POST', '/Users/.search', 'search'],
    ['GET', '', 'list'],
    ['HEAD', '', 'list'],
    ['GET', '/Groups', 'unmatched'],
  ];
  for (const name of ['advisors', 'rooms'] as const)
    for (const [method, path, verb] of verbs)
      expect(await recordOf(clientOf(service, name, tenant)(method, path))).toMatchObject({ service: name, verb });
});

test('the record names exactly the tolerances that the request needed', async () => {
  await call('POST', '/Users', user(anna));
  const path = `/Users/${anna.externalId}`;
  const unflagged = patchOp({ op: 'Replace', path: 'active', value: 'False' });
  expect((await recordOf(call('PATCH', path, unflagged))).tolerances.sort()).toEqual(['booleansAsText', 'opInAnyCase']);
  expect((await recordOf(call('PATCH', path, set('active', true)))).tolerances).toEqual([]);
  expect((await recordOf(call('PATCH', path, set('department', 'HR')))).tolerances).toEqual(['unmappedIgnored']);
  expect((await recordOf(call('GET', path))).tolerances).toEqual([]);
});

describe('a refused token', () => {
  const refusal = (authorization: string) => recordOf(call('GET', '/Users', undefined, { authorization }));

  test('is recorded as its fingerprint, with the tenant that it names if this tenant exists', async () => {
    const wrong = await refusal(`Bearer ${newToken(tenant.name)}`);
    expect(wrong).toMatchObject({ status: 401, tenant: tenant.name, token: expect.stringMatching(/^[0-9a-f]{8}$/) });
    const unknown = await refusal(`Bearer ${newToken('nobody')}`);
    expect(unknown).not.toHaveProperty('tenant');
    expect(await refusal('Bearer anna.private@x.dk')).not.toHaveProperty('token');
  });
});

test('records contain no personal data, no token, and nothing else that a client sent', async () => {
  const secret = 'Hemmeligheden';
  const before = service.log.length;
  const path = `/Users/${anna.externalId}`;
  await call('POST', '/Users', user(anna));
  await call('POST', '/Users', user(anna));
  await call('POST', '/Users', user({ ...anna, active: secret }));
  await call('POST', '/Users', `{"${secret}":`);
  await call('POST', '/Users', `{"${secret}":1,"${secret}":2}`);
  await call('POST', '/Users', user(anna), { 'content-type': secret });
  for (const filter of [
    `userName eq "${secret}"`,
    `${secret} eq 1`,
    `userName ${secret} 1`,
    `displayName co "${secret}"`,
  ])
    await call('GET', `/Users?filter=${encodeURIComponent(filter)}&attributes=${secret}&sortBy=${secret}`);
  await call('GET', `/Users?cursor=${secret}`);
  await call('GET', `/Users?count=${secret}`);
  await call('PATCH', path, set(`${secret}[`, secret));
  await call('PATCH', path, patchOp({ op: secret, path: 'displayName', value: secret }));
  await call('PATCH', path, set('displayName', secret), { 'if-match': secret });
  await call('PATCH', path, patchOp({ op: 'replace', value: { 'name.givenName': secret, [secret]: secret } }));
  await call('PUT', path, user({ ...anna, userName: { secret } }));
  await call('GET', `/Users/${secret}`);
  await call('GET', `/${secret}/${secret}`);
  await call('POST', '/.search', { schemas: [secret], filter: secret });
  await call('GET', '/Users', undefined, { authorization: `Bearer ${tenant.name}.${secret}` });
  await call('GET', '/Users', undefined, { authorization: `Bearer ${newToken(secret.toLowerCase())}` });
  await call('DELETE', path);
  const log = service.log.slice(before).join('\n');
  expect(service.log.length - before).toBeGreaterThan(20);
  const values = [secret, anna.userName, anna.displayName, 'Fornavnet', 'Efternavnet', 'Hemmelig', tenant.advisors];
  for (const value of values) expect(log.toLowerCase()).not.toContain(value.toLowerCase());
  expect(log).not.toContain(tenant.advisors.slice(-20));
});

test('the log shows where an error occurred, but not its message or other properties', () => {
  const request = { headers: { authorization: 'Bearer contoso.secret' }, body: 'anna@contoso.com' };
  const error = Object.assign(new TypeError('anna@contoso.com\n    at the door'), {
    code: 'ECONNRESET',
    statusCode: 500,
    request,
  });
  const described = describeError(error);
  expect(described).toMatchObject({ name: 'TypeError', code: 'ECONNRESET', status: 500 });
  expect(JSON.stringify(described)).toContain('record.test.ts');
  expect(JSON.stringify(described)).not.toMatch(/anna|secret|the door/);
});

describe('for an error of Azure, the log has the code and the request id', () => {
  const headers = new Headers({
    'x-ms-request-id': '8d2c9f3b-0002-0041-5b1a',
    'x-ms-error-code': 'AuthenticationFailed',
  });
  const response = { headers, bodyAsText: 'anna@contoso.com' };
  const of = (code: string | undefined, details: unknown) =>
    Object.assign(new RestError('anna@contoso.com', { statusCode: 409, ...(code && { code }) }), { details, response });

  test.each([
    ['a single operation', of(undefined, { odataError: { code: 'EntityAlreadyExists' } }), 'EntityAlreadyExists'],
    ['a transaction', of('UpdateConditionNotSatisfied', undefined), 'UpdateConditionNotSatisfied'],
    ['a refused sign-in', of(undefined, undefined), 'AuthenticationFailed'],
  ])('%s', (_, error, code) => {
    const described = describeError(new Error('outer', { cause: error }));
    expect(described).toMatchObject({
      name: 'Error',
      cause: { code, status: 409, requestId: '8d2c9f3b-0002-0041-5b1a' },
    });
    expect(JSON.stringify(described)).not.toContain('anna');
  });

  test('which are also in the record of the request, with the key of a damaged row', () => {
    const cause = Object.assign(
      new Error('damaged', { cause: of(undefined, { odataError: { code: 'InternalError' } }) }),
      {
        rowKey: 'n.9b1c',
      },
    );
    const trace = { service: 'advisors', verb: 'get', started: 0, tolerances: new Set<never>(), id: undefined };
    const written = JSON.parse(record(trace, new ScimError(500, 'The service failed.', { cause })));
    expect(written).toMatchObject({ status: 500, rowKey: 'n.9b1c' });
    const outage = JSON.parse(record(trace, new ScimError(503, 'Later.', { cause: cause.cause })));
    expect(outage).toMatchObject({ errorCode: 'InternalError', requestId: '8d2c9f3b-0002-0041-5b1a' });
  });

  test('but not if the code is free text', () => {
    expect(describeError(Object.assign(new Error(''), { code: 'anna@contoso.com', rowKey: 'a b' }))).toMatchObject({
      code: undefined,
      rowKey: undefined,
    });
  });
});

test('for a thrown value that is not an error, the log has its type', () => {
  expect(describeError('anna@contoso.com')).toBe('string');
});
