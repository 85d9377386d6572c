import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newToken } from '../../shared/auth/token.ts';
import { type Client, clientOf, user } from '../service/client.ts';
import { type RunningService, startService, type Tenant } from '../service/service.ts';

/** So slow that nothing comes back while the test runs. */
const BURST = 20;
const FAILURES = 10;

let service: RunningService;
beforeAll(async () => {
  Object.assign(process.env, { SCIM_RATE_LIMIT: `1,${BURST}`, SCIM_FAILED_TOKEN_LIMIT: `1,${FAILURES}` });
  service = await startService();
});
afterAll(() => service.stop());

let tenant: Tenant;
let call: Client;
beforeEach(() => {
  tenant = service.newTenant();
  call = clientOf(service, 'advisors', tenant);
});

const times = <T>(count: number, request: () => Promise<T>): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: count }, request));

const withToken = (token: string) => clientOf(service, 'advisors', { ...tenant, advisors: token });

describe('more requests of a tenant than its limit', () => {
  test('are answered 429 in the form of SCIM, with Retry-After', async () => {
    const answers = await times(BURST * 2, () => call('GET', '/Users'));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(BURST);
    expect(refused.length).toBeGreaterThan(BURST / 2);
    for (const { headers, body } of refused) {
      expect(headers.get('content-type')).toBe('application/scim+json');
      expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(body).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '429' });
    }
  });

  test('do nothing', async () => {
    await times(BURST * 2, () => call('GET', '/Schemas'));
    const created = await times(BURST, () => call('POST', '/Users', user({ userName: 'anna@contoso.com' })));
    expect(created.map(({ status }) => status)).toContain(429);
    const made = created.filter(({ status }) => status === 201).length;
    expect(made).toBeLessThanOrEqual(1);
  });

  test('leave other tenants alone, and the other service of the same tenant', async () => {
    await times(BURST * 2, () => call('GET', '/Users'));
    expect((await clientOf(service, 'rooms', tenant)('GET', '/Users')).status).toBe(200);
    expect((await clientOf(service, 'advisors', service.newTenant())('GET', '/Users')).status).toBe(200);
  });
});

describe('a flood of bad tokens', () => {
  test('is answered 401 and then 429, the same for tenants that exist and for those that do not', async () => {
    const existing = withToken(newToken(tenant.name));
    const unknown = withToken(newToken('nobody'));
    const shapeless = withToken('x');
    const answers: { readonly who: string; readonly text: string; readonly status: number }[] = [];
    for (let round = 0; round < FAILURES * 2; round += 1) {
      for (const [who, client] of Object.entries({ existing, unknown, shapeless })) {
        const { status, text } = await client('GET', '/Users');
        answers.push({ who, status, text });
      }
    }
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]));
    for (const status of [401, 429]) {
      const ofStatus = answers.filter((answer) => answer.status === status);
      expect(new Set(ofStatus.map(({ who }) => who)).size).toBe(3);
      expect(new Set(ofStatus.map(({ text }) => text)).size).toBe(1);
    }
  });

  test('never costs a valid token its answer', async () => {
    const bad = withToken(newToken(tenant.name));
    const flood = times(200, () => bad('GET', '/Users'));
    const good = await times(BURST / 2, () => call('GET', '/Users'));
    const refused = (await flood).map(({ status }) => status);
    expect(good.map(({ status }) => status)).toEqual(good.map(() => 200));
    expect(refused.filter((status) => status === 429).length).toBeGreaterThan(150);
    expect((await call('GET', '/Users')).status).toBe(200);
  });
});
