import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { externalId } from '../../shared/scim/common-attributes.ts';
import type { AttributeDeclaration } from '../../shared/scim/schema.ts';
import { defineService } from '../../shared/services/service.ts';
import { columnsOf } from '../../shared/store/columns.ts';
import { inProcess } from '../operations/in-process.ts';
import { type Client, clientOf, patchOp, user } from '../service/client.ts';
import { type RunningService, startService, type Tenant } from '../service/service.ts';
import { resourceRowsOf, rowsOf, tableOf, userNameKeyOf } from './rows.ts';

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

  test('has a typed column for each attribute, the office, and when it was made and changed', async () => {
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
    const { etag: _, timestamp: __, stamp, ...columns } = Object(row);
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
    expect(stamp).toEqual(expect.stringMatching(/^[0-9a-f-]{36}$/));
    expect(body).toMatchObject(anna);
    expect(body['meta']).toMatchObject({
      created: columns.created.toISOString(),
      lastModified: columns.lastModified.toISOString(),
    });
  });

  test('has no column for what is unassigned, and active all the same', async () => {
    await call('POST', '/Users', user({ userName: 'anna@x.dk', displayName: '', name: null, addresses: [] }));
    const [row] = await resourceRowsOf('advisors', tenant.name);
    expect(Object.keys(row ?? {}).sort()).toEqual(
      'active created etag id lastModified partitionKey rowKey stamp timestamp userName'.split(' '),
    );
    expect(row?.['active']).toBe(true);
  });

  test('loses the column of what is removed, and the office with its address', async () => {
    await call('POST', '/Users', user({ userName: 'anna@x.dk', externalId: GUID, displayName: 'Anna', addresses }));
    const remove = patchOp({ op: 'remove', path: 'addresses[type eq "work"]' }, { op: 'remove', path: 'displayName' });
    await call('PATCH', `/Users/${GUID}`, remove);
    const [row] = await resourceRowsOf('advisors', tenant.name);
    expect(row).not.toHaveProperty('office');
    expect(row).not.toHaveProperty('displayName');
    expect(row?.['addresses']).toBe(JSON.stringify([addresses[0]]));
  });

  test('is found by an id row and a userName row, which hold nothing else about the person', async () => {
    await call('POST', '/Users', user({ userName: 'anna@x.dk', externalId: GUID }));
    const pointers = (await rowsOf('advisors', tenant.name)).filter(({ rowKey }) => rowKey >= '~');
    const pointer = { partitionKey: tenant.name, target: GUID, id: GUID };
    expect(pointers.map(({ etag: _, timestamp: __, ...columns }) => columns)).toEqual([
      { ...pointer, rowKey: `~id.${GUID}` },
      { ...pointer, rowKey: userNameKeyOf('anna@x.dk') },
    ]);
  });

  test('keeps when it was created, and says when it last changed', async () => {
    await call('POST', '/Users', user({ userName: 'anna@x.dk', externalId: GUID }));
    const [before] = await resourceRowsOf('advisors', tenant.name);
    await call('PATCH', `/Users/${GUID}`, patchOp({ op: 'replace', path: 'externalId', value: 'moved' }));
    const [after] = await resourceRowsOf('advisors', tenant.name);
    expect(after?.['created']).toEqual(before?.['created']);
    expect(Number(after?.['lastModified'])).toBeGreaterThanOrEqual(Number(before?.['lastModified']));
    expect(after?.['stamp']).not.toBe(before?.['stamp']);
  });

  test('holds the longest texts that the service takes', async () => {
    const longest = { userName: 'x'.repeat(32_000), externalId: 'y'.repeat(32_000), displayName: 'ø'.repeat(32_000) };
    const { status, body } = await call('POST', '/Users', user(longest));
    expect(status).toBe(201);
    expect((await call('GET', `/Users/${body['id']}`)).body).toMatchObject(longest);
  });
});

describe('attributes that are added to a declaration', () => {
  const desks = defineService('desks', 'A service with every type of attribute', [
    externalId,
    userName,
    { name: 'hired', type: 'dateTime', description: 'When.' },
    { name: 'floor', type: 'integer', description: 'Where.' },
    { name: 'rating', type: 'decimal', description: 'How good.' },
    { name: 'photo', type: 'binary', caseExact: true, description: 'How it looks.' },
    { name: 'profileUrl', type: 'reference', referenceTypes: ['external'], caseExact: true, description: 'More.' },
    { name: 'badge', uniqueness: 'server', caseExact: true, description: 'Another unique one.' },
    { name: 'languages', multiValued: true, description: 'Spoken.' },
    {
      name: 'manager',
      type: 'complex',
      description: 'Who.',
      subAttributes: [
        { name: 'value', description: 'The id.', column: 'managerId' },
        { name: 'trusted', type: 'boolean', description: 'Whether.' },
        { name: 'since', type: 'integer', description: 'The year.' },
        { name: 'teams', multiValued: true, description: 'Which.' },
      ],
    },
  ]);

  let tenant: string;
  let call: Client;
  beforeAll(async () => {
    await tableOf('desks').createTable();
  });
  beforeEach(() => {
    tenant = randomUUID();
    call = inProcess({ service: desks, table: tableOf('desks'), tenant });
  });

  const anna = {
    externalId: GUID,
    userName: 'anna@x.dk',
    hired: '2026-11-23T10:00:00+01:00',
    floor: -3,
    rating: 2,
    photo: 'aGVq',
    profileUrl: 'https://example.com/anna',
    badge: 'B1',
    languages: ['dansk', 'русский'],
    manager: { value: 'bo', trusted: false, since: 2024, teams: ['a', 'b'] },
  };
  const create = (attributes: object) => call('POST', '/Users', user(attributes));
  const found = async (filter: string) =>
    (await call('GET', `/Users?filter=${encodeURIComponent(filter)}`)).body['totalResults'];

  test('have a column each, of their own type, and come back as they were sent', async () => {
    expect(await create(anna)).toMatchObject({ status: 201, body: anna });
    expect((await call('GET', `/Users/${GUID}`)).body).toMatchObject(anna);
    expect(await resourceRowsOf('desks', tenant)).toMatchObject([
      {
        hired: anna.hired,
        floor: -3n,
        rating: 2,
        photo: 'aGVq',
        profileUrl: anna.profileUrl,
        badge: 'B1',
        languages: JSON.stringify(anna.languages),
        managerId: 'bo',
        trusted: false,
        since: 2024n,
        teams: '["a","b"]',
      },
    ]);
  });

  test.each([
    'hired gt "2026-11-23T08:59:59Z" and hired lt "2026-11-23T09:00:01Z"',
    'floor lt 0 and floor ge -3',
    'rating eq 2.0',
    'languages eq "DANSK"',
    'manager.value eq "bo" and manager.trusted eq false',
    'manager.since gt 2023',
    'badge eq "B1"',
    'profileUrl sw "https://"',
  ])('can be matched by %s', async (filter) => {
    await create(anna);
    expect(await found(filter)).toBe(1);
    expect(await found(`not (${filter})`)).toBe(0);
  });

  test('can be changed and removed', async () => {
    await create(anna);
    const change = patchOp(
      { op: 'replace', path: 'floor', value: 12 },
      { op: 'replace', path: 'rating', value: 4.5 },
      { op: 'add', path: 'languages', value: ['english'] },
      { op: 'replace', path: 'manager.value', value: 'cecilie' },
      { op: 'remove', path: 'hired' },
    );
    const { status, body } = await call('PATCH', `/Users/${GUID}`, change);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        floor: 12,
        rating: 4.5,
        languages: ['dansk', 'русский', 'english'],
        manager: { ...anna.manager, value: 'cecilie' },
      },
    });
    expect(body).not.toHaveProperty('hired');
    expect((await call('GET', `/Users/${GUID}`)).body).toEqual(body);
  });

  test.each([3_000_000_000, -3_000_000_000, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0])(
    'of type integer hold %d',
    async (floor) => {
      expect((await create({ userName: 'anna@x.dk', externalId: GUID, floor })).status).toBe(201);
      expect((await call('GET', `/Users/${GUID}`)).body['floor']).toBe(floor);
      expect(await found(`floor eq ${floor}`)).toBe(1);
    },
  );

  test.each([3_000_000_000.5, 0.1, -1e300, 5e-324, 12])('of type decimal hold %d', async (rating) => {
    expect((await create({ userName: 'anna@x.dk', externalId: GUID, rating })).status).toBe(201);
    expect((await call('GET', `/Users/${GUID}`)).body['rating']).toBe(rating);
  });

  test('are unique where they are declared so', async () => {
    await create(anna);
    const taken = await create({ userName: 'bo@x.dk', badge: 'B1' });
    expect(taken).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
    expect(taken.body['detail']).toContain('badge');
    expect((await create({ userName: 'bo@x.dk', badge: 'b1' })).status).toBe(201);
    expect((await create({ userName: 'cecilie@x.dk' })).status).toBe(201);
    expect((await create({ userName: 'dorthe@x.dk' })).status).toBe(201);
    await call('PATCH', `/Users/${GUID}`, patchOp({ op: 'remove', path: 'badge' }));
    expect((await create({ userName: 'erik@x.dk', badge: 'B1' })).status).toBe(201);
  });
});

describe('a declaration is refused at start', () => {
  const columnsWith = (...attributes: AttributeDeclaration[]) =>
    columnsOf(defineService('broken', 'A broken service', [userName, ...attributes]).resourceType);

  test.each<readonly [string, AttributeDeclaration]>([
    ['an attribute takes the column of another one', { name: 'nick', column: 'username', description: '' }],
    ['an attribute takes a column of the store', { name: 'stamp', description: '' }],
    ['an attribute takes a column of Table Storage', { name: 'rowKey', description: '' }],
    ['a column has a name that Table Storage does not take', { name: '$ref', description: '' }],
    ['a derived column follows no filtered path', { name: 'nick', description: '', derived: { short: 'nick' } }],
  ])('where %s', (_what, attribute) => {
    expect(() => columnsWith(attribute)).toThrow(/column/);
  });
});
