import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AttributeDeclaration } from '../../shared/scim/schema.ts';
import { defineService } from '../../shared/services/service.ts';
import { columnsOf } from '../../shared/store/columns.ts';
import { type Client, clientOf, patchOp, user } from '../service/client.ts';
import { type RunningService, startService, type Tenant } from '../service/service.ts';
import { resourceRowsOf, rowsBesideHistory, userNameKeyOf } from './rows.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const GUID = '0a21aa7c-5c5f-4c34-9f5e-6d1d0d2a7a01';
const userName = { name: 'userName', description: 'The name.', required: true, uniqueness: 'server' } as const;

describe('the row of a resource', () => {
  let tenant: Tenant;
  let call: Client;
  beforeEach(() => {
    tenant = service.newTenant();
    call = clientOf(service, 'advisors', tenant);
  });

  const addresses = [
    { formatted: 'Hjemme 1', type: 'home' },
    { formatted: 'Østergade 5, København', type: 'work', primary: true },
  ];

  test('has a typed column for each attribute, for the office, and for the times of its creation and last change', async () => {
    const anna = {
      externalId: GUID,
      userName: "anna.o'brien@contoso.com",
      displayName: 'Anna Ø',
      name: { givenName: 'Anna', familyName: 'Ø' },
      active: false,
      addresses,
    };
    const { body } = await call('POST', '/Users', user(anna));
    const [row, ...others] = await resourceRowsOf('advisors', tenant.name);
    expect(others).toEqual([]);
    const { etag: _, timestamp: __, indexRows, ...columns } = Object(row);
    expect(columns).toEqual({
      partitionKey: tenant.name,
      rowKey: GUID,
      id: GUID,
      externalId: GUID,
      userName: anna.userName,
      displayName: 'Anna Ø',
      givenName: 'Anna',
      familyName: 'Ø',
      active: false,
      addresses: JSON.stringify(addresses),
      office: 'Østergade 5, København',
      created: expect.any(Date),
      lastModified: expect.any(Date),
    });
    expect(indexRows).toBe(userNameKeyOf(anna.userName));
    expect(body).toMatchObject(anna);
    expect(body['meta']).toMatchObject({
      created: columns.created.toISOString(),
      lastModified: columns.lastModified.toISOString(),
    });
  });

  test('has no column for unassigned attributes, except for active', async () => {
    await call('POST', '/Users', user({ userName: 'anna@x.dk', displayName: '', name: null, addresses: [] }));
    const [row] = await resourceRowsOf('advisors', tenant.name);
    expect(Object.keys(row ?? {}).sort()).toEqual(
      'active created etag id indexRows lastModified partitionKey rowKey timestamp userName'.split(' '),
    );
    expect(row?.['active']).toBe(true);
  });

  test('loses the column of a removed attribute, and the office together with its address', async () => {
    await call('POST', '/Users', user({ userName: 'anna@x.dk', externalId: GUID, displayName: 'Anna', addresses }));
    const remove = patchOp({ op: 'remove', path: 'addresses[type eq "work"]' }, { op: 'remove', path: 'displayName' });
    await call('PATCH', `/Users/${GUID}`, remove);
    const [row] = await resourceRowsOf('advisors', tenant.name);
    expect(row).not.toHaveProperty('office');
    expect(row).not.toHaveProperty('displayName');
    expect(row?.['addresses']).toBe(JSON.stringify([addresses[0]]));
  });

  test('is found by an id row and a userName row, which contain nothing else about the person', async () => {
    await call('POST', '/Users', user({ userName: 'anna@x.dk', externalId: GUID }));
    const pointers = (await rowsBesideHistory('advisors', tenant.name)).filter(({ rowKey }) => rowKey >= '~');
    const pointer = { partitionKey: tenant.name, target: GUID, id: GUID };
    expect(pointers.map(({ etag: _, timestamp: __, ...columns }) => columns)).toEqual([
      { ...pointer, rowKey: `~id.${GUID}` },
      { ...pointer, rowKey: userNameKeyOf('anna@x.dk') },
    ]);
  });

  test('keeps the time of its creation, and has the time of its last change', async () => {
    await call('POST', '/Users', user({ userName: 'anna@x.dk', externalId: GUID }));
    const [before] = await resourceRowsOf('advisors', tenant.name);
    await call('PATCH', `/Users/${GUID}`, patchOp({ op: 'replace', path: 'externalId', value: 'moved' }));
    const [after] = await resourceRowsOf('advisors', tenant.name);
    expect(after?.['created']).toEqual(before?.['created']);
    expect(Number(after?.['lastModified'])).toBeGreaterThanOrEqual(Number(before?.['lastModified']));
  });

  test('has room for the longest texts that the service accepts', async () => {
    const longest = { userName: 'x'.repeat(32_000), externalId: 'y'.repeat(32_000), displayName: 'ø'.repeat(32_000) };
    const { status, body } = await call('POST', '/Users', user(longest));
    expect(status).toBe(201);
    expect((await call('GET', `/Users/${body['id']}`)).body).toMatchObject(longest);
  });
});

describe('a declaration is refused at start', () => {
  const columnsWith = (...attributes: AttributeDeclaration[]) =>
    columnsOf(defineService('broken', 'A broken service', [userName, ...attributes]).resourceType);

  test.each<readonly [string, AttributeDeclaration]>([
    ['an attribute has the column of another one', { name: 'nick', column: 'username', description: '' }],
    ['an attribute has a column of the store', { name: 'stamp', description: '' }],
    ['an attribute has a column of Table Storage', { name: 'rowKey', description: '' }],
    ['a column has a name that Table Storage does not allow', { name: '$ref', description: '' }],
    ['a derived column has no path with a filter', { name: 'nick', description: '', derived: { short: 'nick' } }],
  ])('if %s', (_what, attribute) => {
    expect(() => columnsWith(attribute)).toThrow(/column/);
  });
});
