import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../scim/properties/runs.ts';
import { type Client, clientOf, user } from '../service/client.ts';
import { type RunningService, type ServiceName, startService, type Tenant } from '../service/service.ts';
import { rowsOf } from '../store/rows.ts';
import { sequence, type View, viewOf } from './sequence.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const newClient = (name: ServiceName): Client => clientOf(service, name, service.newTenant());

/** Failures are not shrunk, because that would use up the tenants of the file. */
const once = { ...runs(12), endOnFailure: true };

test('each of two tenants sees what it would see alone', async () => {
  const statuses = new Set<string>();
  await fc.assert(
    fc.asyncProperty(sequence, sequence, async (one, other) => {
      const together = await Promise.all([viewOf(newClient('advisors'), one), viewOf(newClient('advisors'), other)]);
      const alone: View[] = [];
      for (const steps of [one, other]) alone.push(await viewOf(newClient('advisors'), steps));
      expect(together).toEqual(alone);
      for (const answer of alone.flat()) statuses.add(answer.slice(0, 3));
    }),
    once,
  );
  expect([...statuses].sort()).toEqual(['200', '201', '204', '404', '409']);
}, 60_000);

test('a tenant sees the same in one service, whatever it does in the other', async () => {
  await fc.assert(
    fc.asyncProperty(sequence, sequence, async (one, other) => {
      const tenant = service.newTenant();
      const together = await Promise.all([
        viewOf(clientOf(service, 'advisors', tenant), one),
        viewOf(clientOf(service, 'rooms', tenant), other),
      ]);
      expect(together).toEqual([await viewOf(newClient('advisors'), one), await viewOf(newClient('rooms'), other)]);
    }),
    { ...once, numRuns: 5 },
  );
}, 60_000);

describe('the data of one tenant', () => {
  let mine: Tenant;
  let call: Client;
  let foreign: Client;
  let id: string;
  beforeAll(async () => {
    mine = service.newTenant();
    call = clientOf(service, 'advisors', mine);
    foreign = newClient('advisors');
    const { body } = await call('POST', '/Users', user({ userName: 'anna@contoso.com', displayName: 'Anna' }));
    id = String(body['id']);
  });

  test.each(['GET', 'DELETE', 'PUT', 'PATCH'])(
    'cannot be reached by another tenant with the id: %s',
    async (method) => {
      const bodies: Readonly<Record<string, object>> = {
        PUT: user({ userName: 'anna@contoso.com' }),
        PATCH: {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [{ op: 'remove', path: 'displayName' }],
        },
      };
      const answer = await foreign(method, `/Users/${id}`, bodies[method]);
      expect(answer.status).toBe(404);
      expect(answer.text).not.toContain('anna');
      expect((await call('GET', `/Users/${id}`)).body).toMatchObject({ displayName: 'Anna' });
    },
  );

  test('cannot be paged through by another tenant with a cursor', async () => {
    await call('POST', '/Users', user({ userName: 'bo@contoso.com' }));
    const { body } = await call('GET', '/Users?count=1&cursor');
    const answer = await foreign('GET', `/Users?count=1&cursor=${body['nextCursor']}`);
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidCursor' } });
  });

  test("is only in that tenant's partition", async () => {
    const rows = await rowsOf('advisors', mine.name);
    expect(rows.filter(({ rowKey }) => rowKey < '~')).toHaveLength(2);
    expect(await rowsOf('rooms', mine.name)).toEqual([]);
  });
});
