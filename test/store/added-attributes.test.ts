import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { externalId } from '../../shared/scim/common-attributes.ts';
import { defineService } from '../../shared/services/service.ts';
import { inProcess } from '../operations/in-process.ts';
import { type Client, patchOp, user } from '../service/client.ts';
import { resourceRowsOf, tableOf } from './rows.ts';

const GUID = '0a21aa7c-5c5f-4c34-9f5e-6d1d0d2a7a01';
const userName = { name: 'userName', description: 'The name.', required: true, uniqueness: 'server' } as const;

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

  test('each have a column of their own type, and are returned as they were sent', async () => {
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

  test('are unique if they are declared unique', async () => {
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

  test.each([
    [{ floor: 1e300 }, '"floor" must be between -9007199254740991 and 9007199254740991.'],
    [{ floor: 1.5 }, '"floor" must be an integer, not a number.'],
    [{ hired: 'yesterday' }, '"hired" must be a date such as "2026-01-31T12:00:00Z".'],
    [{ languages: ['dansk', 5] }, '"languages[1]" must be a string, not a number.'],
  ])('are refused with %j', async (attributes, detail) => {
    const answer = await create({ userName: 'carl@x.dk', ...attributes });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ scimType: 'invalidValue', detail });
  });
});
