import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Client, clientOf, patchOp, user } from '../service/client.ts';
import { type RunningService, type ServiceName, startService, type Tenant } from '../service/service.ts';
import { audit } from '../store/rows.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

describe.each<ServiceName>(['advisors', 'rooms'])('two tenants of %s', (name) => {
  const anna = { userName: 'anna@x.dk', externalId: randomUUID() };
  const path = `/Users/${anna.externalId}`;
  let tenants: readonly [Tenant, Tenant];
  let ours: Client;
  let theirs: Client;
  beforeEach(async () => {
    tenants = [service.newTenant(), service.newTenant()];
    ours = clientOf(service, name, tenants[0]);
    theirs = clientOf(service, name, tenants[1]);
    expect((await ours('POST', '/Users', user({ ...anna, displayName: 'Ours' }))).status).toBe(201);
  });

  test('can use the same userName, externalId and id', async () => {
    const created = await theirs('POST', '/Users', user({ ...anna, displayName: 'Theirs' }));
    expect(created).toMatchObject({ status: 201, body: { id: anna.externalId } });
    expect((await ours('GET', path)).body['displayName']).toBe('Ours');
    expect((await theirs('GET', path)).body['displayName']).toBe('Theirs');
    for (const tenant of tenants) expect(await audit(name, tenant.name)).toEqual([]);
  });

  test("do not see each other's users with any filter, list or search", async () => {
    const none = { status: 200, body: { totalResults: 0, Resources: [] } };
    for (const attribute of ['id', 'externalId']) {
      const filter = encodeURIComponent(`${attribute} eq "${anna.externalId}"`);
      expect(await theirs('GET', `/Users?filter=${filter}`)).toMatchObject(none);
    }
    for (const query of ['filter=userName+eq+%22anna@x.dk%22', 'filter=active+eq+true', '', 'cursor'])
      expect(await theirs('GET', `/Users?${query}`)).toMatchObject(none);
    expect((await theirs('GET', path)).status).toBe(404);
  });

  test("cannot change or delete each other's users", async () => {
    const before = await ours('GET', path);
    expect((await theirs('PATCH', path, patchOp({ op: 'replace', path: 'active', value: false }))).status).toBe(404);
    expect((await theirs('PUT', path, user(anna))).status).toBe(404);
    expect((await theirs('DELETE', path)).status).toBe(404);
    expect((await ours('GET', path)).body).toEqual(before.body);
  });

  test('cannot tell from a response whether the other tenant has a user', async () => {
    const there = await theirs('GET', path);
    const nowhere = await theirs('GET', `/Users/${randomUUID()}`);
    expect(there.text).toBe(nowhere.text);
  });

  test('have no users of this service in the other service', async () => {
    const other = clientOf(service, name === 'advisors' ? 'rooms' : 'advisors', tenants[0]);
    expect((await other('GET', path)).status).toBe(404);
    expect((await other('POST', '/Users', user(anna))).status).toBe(201);
  });
});
