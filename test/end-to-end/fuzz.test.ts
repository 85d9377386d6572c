import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, clientOf } from '../service/client.ts';
import { type RunningService, startService, type Tenant } from '../service/service.ts';
import { sizeOf } from '../setup/long-form.ts';
import { fuzzRequest } from './fuzz-requests.ts';
import { exchange, faultOf, type Received, type Sent } from './hostile-client.ts';

/** To send more requests, or others: FUZZ_REQUESTS=100000 FUZZ_SEED=1 npm test -- test/end-to-end/fuzz.test.ts */
const REQUESTS = sizeOf({ setting: 'FUZZ_REQUESTS', script: 'test:fuzz', short: 2500, long: 100_000 });
const SEED = Number(process.env['FUZZ_SEED'] ?? 7644);
const IN_FLIGHT = 8;
/** The milliseconds that all requests may take. */
const LIMIT = 60_000 + REQUESTS * 50;
/** After this many requests, the next tenant is used. The old one is full of resources whose ids the requests do not know. */
const REQUESTS_PER_TENANT = 2500;

let service: RunningService;
const tenants: Tenant[] = [];
beforeAll(async () => {
  service = await startService();
  for (let first = 0; first < REQUESTS; first += REQUESTS_PER_TENANT) tenants.push(service.newTenant());
});
afterAll(() => service.stop());

test(
  'no request gets a 5xx or an answer without a SCIM body, and none harms the process',
  async () => {
    const before = Reflect.ownKeys(Object.prototype);
    const statuses = new Map<number, number>();
    let answersOfFunctions = 0;
    let number = 0;
    const sendAll = async (): Promise<void> => {
      while (number < REQUESTS) {
        const mine = number++;
        const sent = fuzzRequest(SEED, mine, tenantOf(mine));
        const answer = await exchange(service.url, sent);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (isOfFunction(answer)) answersOfFunctions += 1;
        const fault = faultIn(sent, answer);
        if (fault) throw new Error(report(mine, sent, answer, fault));
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, sendAll));

    // Every call of a function led to one of the answers that were checked.
    expect(answersOfFunctions).toBe(service.log.filter((line) => line.startsWith('{"record":"request"')).length);
    expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
    for (const status of [200, 201, 204, 400, 401, 404, 405, 409, 415])
      expect({ status, count: statuses.get(status) ?? 0 }).not.toEqual({ status, count: 0 });
  },
  LIMIT,
);

test.each(['advisors', 'rooms'] as const)(
  'the %s that remain can be read, found and deleted',
  async (name) => {
    for (const tenant of tenants) await readFindDelete(clientOf(service, name, tenant));
  },
  LIMIT,
);

async function readFindDelete(call: Client): Promise<void> {
  const { status, body } = await call('GET', '/Users?count=1000');
  expect(status).toBe(200);
  const resources = body['Resources'] as readonly Record<string, unknown>[]; // the answer is a ListResponse
  expect(resources).toHaveLength(Number(body['totalResults']));
  for (const resource of resources) {
    expect((await call('GET', `/Users/${resource['id']}`)).body).toEqual(resource);
    const found = await call('POST', '/Users/.search', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter: `userName eq ${JSON.stringify(resource['userName'])}`,
    });
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id: resource['id'] }] });
    expect((await call('DELETE', `/Users/${resource['id']}`)).status).toBe(204);
  }
  expect((await call('GET', '/Users')).body).toMatchObject({ totalResults: 0 });
}

function tenantOf(number: number): Tenant {
  const tenant = tenants[Math.floor(number / REQUESTS_PER_TENANT)];
  if (!tenant) throw new Error(`There is no tenant for request ${number}.`);
  return tenant;
}

/** The host's own answers have no media type. */
const isOfFunction = ({ status, headers }: Received): boolean =>
  headers['content-type'] !== undefined || status === 204 || status === 304;

function faultIn({ method }: Sent, answer: Received): string | undefined {
  const { status, headers, text } = answer;
  if (!isOfFunction(answer))
    return text === '' && [400, 404, 405, 414].includes(status) ? undefined : `the host's ${status}`;
  if (method !== 'HEAD' || status === 204 || status === 304) return faultOf(answer);
  return headers['content-type'] === 'application/scim+json' && (status < 500 || status === 501)
    ? undefined
    : `status ${status}`;
}

const report = (number: number, sent: Sent, { status, headers, text }: Received, fault: string): string =>
  [
    `${fault}, at request ${number} of FUZZ_SEED=${SEED} FUZZ_REQUESTS=${REQUESTS}`,
    `${sent.method} ${sent.target}`,
    JSON.stringify(sent.headers).replace(/Bearer [^"]+/, 'Bearer …'),
    String(sent.body ?? '').slice(0, 3000),
    `-> ${status} ${JSON.stringify(headers)}`,
    text.slice(0, 3000),
  ].join('\n');
