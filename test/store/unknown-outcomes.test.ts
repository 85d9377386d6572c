import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inProcess } from '../operations/in-process.ts';
import { type Client, patchOp, user } from '../service/client.ts';
import {
  answerWith,
  cutAfter,
  cutBefore,
  cutWithin,
  forwardThen,
  isWrite,
  type StorageProxy,
  silence,
  startStorageProxy,
  type Treatment,
  type Which,
} from '../stand-ins/storage-proxy.ts';
import { audit, connectAzurite, resourceRowsOf, tableOf } from './rows.ts';

const TABLE = 'advisors';
const patient = { attempt: 2_000, page: 2_000, request: 5_000, attempts: 3, pause: 2 };
/** For storage that never answers, the only case in which an attempt ends by time. */
const hasty = { ...patient, attempt: 200, page: 200, request: 800 };
const every: Which = () => true;

/** All calls, from the first write on. */
function fromFirstWrite(): Which {
  let begun = false;
  return (one) => {
    begun ||= isWrite(one);
    return begun;
  };
}

let proxy: StorageProxy;
beforeAll(async () => {
  proxy = await startStorageProxy();
  await tableOf(TABLE).createTable();
});
afterAll(() => proxy.stop());
afterEach(() => proxy.calm());

let tenant: string;
let call: Client;
/** The same tenant, past the proxy. */
let direct: Client;
beforeEach(() => {
  tenant = randomUUID();
  call = clientBefore(proxy.tables, TABLE);
  direct = clientBefore(process.env['SCIM_TEST_TABLES'] ?? '', TABLE);
});

function clientBefore(tables: string, name: string, patience = patient): Client {
  return inProcess({ table: connectAzurite(tables, name), tenant, patience });
}

/** The next calls of this kind are treated like this. */
function trouble(which: Which, treatment: Treatment, times = 1): void {
  if (treatment === silence) call = clientBefore(proxy.tables, TABLE, hasty);
  proxy.meet(which, treatment, times);
}

const anna = { userName: 'anna@contoso.com', externalId: 'b7a1c2d3-0000-4000-8000-000000000001' };
const path = `/Users/${anna.externalId}`;
const set = (values: object) => patchOp({ op: 'replace', value: values });
const moved = 'b7a1c2d3-0000-4000-8000-000000000002';

interface Write {
  readonly what: string;
  readonly request: () => ReturnType<Client>;
  readonly status: number;
  /** The resource afterwards; undefined if there is none. */
  readonly after: object | undefined;
}

const writes: readonly Write[] = [
  { what: 'POST', request: () => call('POST', '/Users', user(anna)), status: 201, after: anna },
  {
    what: 'PATCH',
    request: () => call('PATCH', path, set({ displayName: 'Anna' })),
    status: 200,
    after: { ...anna, displayName: 'Anna' },
  },
  {
    what: 'PATCH of userName',
    request: () => call('PATCH', path, set({ userName: 'anna@fabrikam.com' })),
    status: 200,
    after: { ...anna, userName: 'anna@fabrikam.com' },
  },
  {
    what: 'PATCH of externalId',
    request: () => call('PATCH', path, set({ externalId: moved })),
    status: 200,
    after: { ...anna, externalId: moved, id: anna.externalId },
  },
  {
    what: 'PUT',
    request: () => call('PUT', path, user({ ...anna, active: false })),
    status: 200,
    after: { ...anna, active: false },
  },
  { what: 'DELETE', request: () => call('DELETE', path), status: 204, after: undefined },
];

const troubles: readonly (readonly [string, Treatment])[] = [
  ['is cut off before it reaches storage', cutBefore],
  ['is carried out, but its answer is cut off', cutAfter],
  ['is carried out, but half of its answer is cut off', cutWithin],
  ['is carried out, but answered 500', forwardThen(500)],
  ['is carried out, but never answered', silence],
  ['is answered 503', answerWith(503)],
];

/** Creates the resource that the write needs. */
async function given({ what }: Write): Promise<void> {
  if (what !== 'POST') expect((await direct('POST', '/Users', user(anna))).status).toBe(201);
}

async function expectAfter({ after }: Write): Promise<void> {
  const rows = await resourceRowsOf(TABLE, tenant);
  expect(rows).toMatchObject(after ? [after] : []);
  expect(await audit(TABLE, tenant)).toEqual([]);
}

describe.each(writes)('a $what whose write', (write) => {
  test.each(troubles)('%s, still succeeds', async (_what, treatment) => {
    await given(write);
    trouble(isWrite, treatment);
    const answer = await write.request();
    expect({ status: answer.status, body: answer.text }).toMatchObject({ status: write.status });
    await expectAfter(write);
    if (write.after) expect((await direct('GET', path)).headers.get('etag')).toBe(answer.headers.get('etag'));
  });

  test('is carried out, but whose answer is cut off each time, still succeeds', async () => {
    await given(write);
    proxy.meet(isWrite, cutAfter, patient.attempts);
    expect((await write.request()).status).toBe(write.status);
    await expectAfter(write);
  });

  test.each(troubles)(
    '%s, as is every call after it, is answered with 503 in time, and the next try works',
    async (_what, treatment) => {
      await given(write);
      const started = performance.now();
      trouble(fromFirstWrite(), treatment, 40);
      const answer = await write.request();
      expect({ status: answer.status, body: answer.text }).toMatchObject({ status: 503 });
      expect(performance.now() - started).toBeLessThan(patient.request + 1_000);
      proxy.calm();
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect([write.status, 404, 409]).toContain((await write.request()).status);
      await expectAfter(write);
    },
  );
});

describe('reads', () => {
  const reads = [
    ['a GET', () => call('GET', path)],
    ['a filter', () => call('GET', '/Users?filter=userName+eq+%22anna@contoso.com%22')],
    ['a list', () => call('GET', '/Users')],
  ] as const;

  test.each(reads)('%s is tried again', async (_what, request) => {
    await direct('POST', '/Users', user(anna));
    for (const [, treatment] of troubles) {
      trouble(every, treatment);
      const answer = await request();
      expect({ status: answer.status, body: answer.text }).toMatchObject({ status: 200 });
      expect(answer.text).toContain(anna.externalId);
    }
  });

  test.each(reads)(
    '%s is answered with 503, and not with 404 or an empty list, when storage is out of reach',
    async (_what, request) => {
      await direct('POST', '/Users', user(anna));
      for (const [, treatment] of troubles) {
        trouble(every, treatment, 40);
        const answer = await request();
        proxy.calm();
        expect(answer.status).toBe(503);
        expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      }
    },
  );
});

test('a call has only the attempts that the service allows, and the SDK adds none', async () => {
  const before = proxy.calls.length;
  proxy.meet(every, answerWith(500), 40);
  expect((await call('GET', path)).status).toBe(503);
  expect(proxy.calls.length - before).toBe(patient.attempts);
});

test("a client's second POST gets 409, whatever happened to the first response", async () => {
  proxy.meet(isWrite, cutAfter);
  expect((await call('POST', '/Users', user(anna))).status).toBe(201);
  expect(await call('POST', '/Users', user(anna))).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
});

test('another resource with the same userName is not mistaken for the result of an earlier attempt', async () => {
  await direct('POST', '/Users', user({ userName: anna.userName }));
  proxy.meet(isWrite, cutAfter);
  expect(await call('POST', '/Users', user(anna))).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
  expect(await audit(TABLE, tenant)).toEqual([]);
});

test('a PATCH that lost a race while its outcome was unknown is applied to the result of the other request', async () => {
  await direct('POST', '/Users', user(anna));
  proxy.meet(isWrite, async ({ cut }) => {
    await direct('PATCH', path, set({ displayName: 'Anna' }));
    cut();
  });
  expect((await call('PATCH', path, set({ active: false }))).body).toMatchObject({
    displayName: 'Anna',
    active: false,
  });
});

test.each([
  ['', undefined, 204],
  [' with If-Match', 'if-match', 412],
])(
  'a DELETE%s that lost a race while its outcome was unknown is not mistaken for done',
  async (_what, header, status) => {
    const { headers } = await direct('POST', '/Users', user(anna));
    proxy.meet(isWrite, async ({ cut }) => {
      await direct('PATCH', path, set({ displayName: 'Anna' }));
      cut();
    });
    const ifMatch = header === undefined ? {} : { [header]: headers.get('etag') ?? '' };
    expect((await call('DELETE', path, undefined, ifMatch)).status).toBe(status);
    expect(await resourceRowsOf(TABLE, tenant)).toHaveLength(status === 204 ? 0 : 1);
  },
);

test('a missing table leads to 503, because it is a fault of the service', async () => {
  const lost = clientBefore(proxy.tables, 'nosuchtable');
  expect((await lost('GET', path)).status).toBe(503);
  expect((await lost('POST', '/Users', user(anna))).status).toBe(503);
});

test('throttling leads to 503 with Retry-After', async () => {
  proxy.meet(every, answerWith(429), 40);
  const answer = await call('GET', path);
  proxy.calm();
  expect(answer.status).toBe(503);
});
