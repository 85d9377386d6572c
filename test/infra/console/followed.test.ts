import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Followed, follow } from '../../../infra/console/server/followed.ts';
import { openTenantData } from '../../../infra/tenants/tenant-data.ts';
import { advisors } from '../../../shared/services/advisors.ts';
import { type Client, clientOf, patchOp, user } from '../../service/client.ts';
import { type RunningService, startService, type Tenant } from '../../service/service.ts';

let service: RunningService;
let tenant: Tenant;
let scim: Client;
let followed: Followed;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

beforeEach(() => {
  tenant = service.newTenant();
  scim = clientOf(service, 'advisors', tenant);
  followed = followAnew();
});

const followAnew = (): Followed =>
  follow(
    openTenantData(
      { tables: process.env['SCIM_TEST_TABLES'] ?? '', service: advisors, tenant: tenant.name },
      {
        credential: () => {
          throw new Error('Azurite asks for no sign-in.');
        },
        now: () => new Date(),
      },
    ),
  );

async function create(userName: string): Promise<string> {
  const { body } = await scim('POST', '/Users', user({ userName }));
  return String(body['id']);
}

/** Refreshes until this many changes are seen. A refresh that is too early shares the read of the one before. */
async function untilNews(moment: string, changes: number) {
  for (;;) {
    await followed.refresh();
    const news = followed.since(moment);
    if (news && news.changes.length >= changes) return news;
    await new Promise(setImmediate);
  }
}

const words = (one: Followed) => one.changes().map(({ change }) => change);

describe('a directory that is followed', () => {
  test('starts empty, and has the resources that are created later', async () => {
    await followed.refresh();
    expect({ isRead: followed.isRead(), count: followed.resources().size }).toEqual({ isRead: true, count: 0 });
    const moment = followed.moment();
    const id = await create('anna');
    await untilNews(moment, 1);
    expect([...followed.resources().keys()]).toEqual([id]);
  });

  test('returns the changes since a moment, the changed resources and the ids of the deleted ones', async () => {
    const [anna, bo] = [await create('anna'), await create('bo')];
    await followed.refresh();
    const moment = followed.moment();
    expect(followed.since(moment)).toEqual({ changes: [], resources: [], gone: [] });
    await scim('PATCH', `/Users/${anna}`, patchOp({ op: 'Replace', path: 'active', value: 'False' }));
    await scim('DELETE', `/Users/${bo}`);
    const { changes, resources, gone } = await untilNews(moment, 2);
    expect(changes.map(({ change }) => change)).toEqual(['disabled', 'deleted']);
    expect(resources.map(({ id, attributes }) => [id, attributes['active']])).toEqual([[anna, false]]);
    expect(gone).toEqual([bo]);
  });

  test('has each change once, no matter how often it is refreshed', async () => {
    await create('anna');
    await followed.refresh();
    const moment = followed.moment();
    await create('bo');
    await untilNews(moment, 1);
    const last = followed.moment();
    await create('carl');
    await untilNews(last, 1);
    expect(words(followed)).toEqual(['created', 'created', 'created']);
  });

  test('is read once for simultaneous refreshes', async () => {
    await create('anna');
    const reading = followed.refresh();
    expect(followed.refresh()).toBe(reading);
    await reading;
    expect(words(followed)).toEqual(['created']);
  });

  test.each(['', 'x', 'x.0', '.', '0.0'])('does not know the moment of another console: "%s"', async (moment) => {
    await followed.refresh();
    expect(followed.since(moment)).toBeUndefined();
    expect(followAnew().since(followed.moment())).toBeUndefined();
  });
});
