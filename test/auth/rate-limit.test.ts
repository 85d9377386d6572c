import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type RateLimiter, rateLimit } from '../../shared/auth/rate-limit.ts';
import { newToken } from '../../shared/auth/token.ts';
import { ScimError } from '../../shared/scim/errors.ts';
import { type Client, clientOf, user } from '../service/client.ts';
import { type RunningService, startService, type Tenant } from '../service/service.ts';
import { tableOf } from '../store/rows.ts';

let now: number;
let limit: RateLimiter;
beforeEach(() => {
  now = 0;
  limit = rateLimit({ perSecond: 10, burst: 5 }, () => now);
});

/** How many of this many simultaneous requests are let through. */
function passed(count: number, key = 'contoso'): number {
  return Array.from({ length: count }, () => refusalOf(key)).filter((refusal) => refusal === undefined).length;
}

function refusalOf(key: string): ScimError | undefined {
  try {
    limit.take(key);
    return undefined;
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
}

describe('an allowance', () => {
  test('lets a burst through, and no more', () => {
    expect(passed(8)).toBe(5);
  });

  test('refills at its rate, and refused requests cost nothing', () => {
    passed(50);
    now += 100;
    expect(passed(5)).toBe(1);
    now += 300;
    expect(passed(5)).toBe(3);
  });

  test('never exceeds a burst, no matter how long there are no requests', () => {
    now += 3_600_000;
    expect(passed(8)).toBe(5);
  });

  test('never refuses requests that arrive at its rate', () => {
    passed(5);
    let through = 0;
    for (let second = 0; second < 100; second += 1) {
      now += 1_000;
      through += passed(20);
    }
    expect(through).toBe(500);
  });

  test('is separate for each key', () => {
    passed(8);
    expect(passed(8, 'fabrikam')).toBe(5);
  });

  test('can be charged afterwards, and then refuses requests until the debt is paid off', () => {
    limit.charge('contoso', 25);
    expect(refusalOf('contoso')?.headers).toEqual({ 'retry-after': '3' });
    now += 2_000;
    expect(refusalOf('contoso')?.headers).toEqual({ 'retry-after': '1' });
    now += 1_000;
    expect(passed(20)).toBe(5);
    expect(passed(8, 'fabrikam')).toBe(5);
  });

  test('can be refunded, but never exceeds a burst', () => {
    passed(5);
    limit.charge('contoso', -2);
    expect(passed(5)).toBe(2);
    limit.charge('contoso', -1_000);
    expect(passed(20)).toBe(5);
  });

  test('is kept while other keys are added and removed', () => {
    passed(5);
    for (let number = 0; number < 3_000; number += 1) refusalOf(`tenant ${number}`);
    expect(passed(1)).toBe(0);
  });
});

test('a refusal is 429 with the time to wait', () => {
  passed(5);
  expect(refusalOf('contoso')).toMatchObject({ status: 429, reason: 'rateLimit', headers: { 'retry-after': '1' } });
  limit = rateLimit({ perSecond: 0.25, burst: 1 }, () => now);
  passed(1);
  expect(refusalOf('contoso')?.headers).toEqual({ 'retry-after': '4' });
  now += 3_000;
  expect(refusalOf('contoso')?.headers).toEqual({ 'retry-after': '1' });
});

/** A rate so low that nothing is refilled while the test runs. */
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

test('the rows that a tenant has scanned count like requests, and do not affect other tenants', async () => {
  const table = tableOf('advisors');
  const rows = Array.from({ length: 700 }, (_, at) => ({
    partitionKey: tenant.name,
    rowKey: `n.${at}`,
    id: randomUUID(),
    userName: `user-${at}`,
    active: true,
    created: new Date(),
    lastModified: new Date(),
  }));
  for (let from = 0; from < rows.length; from += 100)
    await table.submitTransaction(rows.slice(from, from + 100).map((row) => ['create', row]));
  const statuses: number[] = [];
  for (let number = 0; number < 6; number += 1) statuses.push((await call('GET', '/Users?count=1')).status);
  // A list counts as one request, and its 700 rows count as seven. So after three lists, the tenant has overdrawn its 20 by 4.
  expect(statuses).toEqual([200, 200, 200, 429, 429, 429]);
  expect((await clientOf(service, 'advisors', service.newTenant())('GET', '/Users')).status).toBe(200);
});

describe('requests of a tenant beyond its limit', () => {
  test('get a SCIM error 429 with Retry-After', async () => {
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

  test('change nothing', async () => {
    await times(BURST * 2, () => call('GET', '/Schemas'));
    const created = await times(BURST, () => call('POST', '/Users', user({ userName: 'anna@contoso.com' })));
    expect(created.map(({ status }) => status)).toContain(429);
    const made = created.filter(({ status }) => status === 201).length;
    expect(made).toBeLessThanOrEqual(1);
  });

  test('do not affect other tenants, nor the other service of the same tenant', async () => {
    await times(BURST * 2, () => call('GET', '/Users'));
    expect((await clientOf(service, 'rooms', tenant)('GET', '/Users')).status).toBe(200);
    expect((await clientOf(service, 'advisors', service.newTenant())('GET', '/Users')).status).toBe(200);
  });
});

describe('a flood of bad tokens', () => {
  test('gets 401 and then 429, whether or not the tenants exist', async () => {
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

  test('leaves one record for all refusals beyond the limit', async () => {
    const bad = withToken(newToken('nobody'));
    await times(FAILURES * 2, () => bad('GET', '/Users'));
    const before = service.log.length;
    const answers = await times(100, () => bad('GET', '/Users'));
    const refused = answers.filter(({ status }) => status === 429).length;
    expect(refused).toBeGreaterThan(90);
    expect(service.log.length - before).toBeLessThanOrEqual(100 - refused + 1);
  });

  test('never keeps a valid token from being accepted', async () => {
    const bad = withToken(newToken(tenant.name));
    const flood = times(200, () => bad('GET', '/Users'));
    const good = await times(BURST / 2, () => call('GET', '/Users'));
    const refused = (await flood).map(({ status }) => status);
    expect(good.map(({ status }) => status)).toEqual(good.map(() => 200));
    expect(refused.filter((status) => status === 429).length).toBeGreaterThan(150);
    expect((await call('GET', '/Users')).status).toBe(200);
  });
});
