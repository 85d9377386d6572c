import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { type DirectoryUser, mappingOf, sourceValues, userOf } from '../../../infra/provision/mapping.ts';
import { compare, isTheSame } from '../../../infra/tenants/compare.ts';
import { copyJson, isObject, type JsonObject } from '../../../shared/scim/json.ts';
import { advisors } from '../../../shared/services/advisors.ts';
import { rooms } from '../../../shared/services/rooms.ts';
import type { Service } from '../../../shared/services/service.ts';
import { anna, bo } from '../provision/sample-users.ts';

/** The resource that a service stores for a user, with its own id, and with different values if they are given. */
function kept(user: DirectoryUser, other: object = {}, service: Service = advisors): JsonObject {
  const resource = copyJson({ ...userOf(sourceValues(user, mappingOf(service))), id: `id-${user.id}`, ...other });
  if (!isObject(resource)) throw new Error('A resource is an object.');
  return resource;
}

const compareOne = (user: DirectoryUser, resource: JsonObject) => compare(advisors, [user], [resource]);

const difference = (path: string, directory: unknown, value: unknown) => ({
  id: `id-${anna.id}`,
  objectId: anna.id,
  path,
  directory,
  kept: value,
});

describe('a directory and the stored resources', () => {
  test('are the same if every attribute is', () => {
    const comparison = compare(advisors, [anna, bo], [kept(bo), kept(anna)]);
    expect(comparison).toMatchObject({ same: 2, absent: 0, missing: [], extra: [], different: [], caseOnly: [] });
    expect(isTheSame(comparison)).toBe(true);
  });

  test('differ if a user is missing or too many', () => {
    const comparison = compare(advisors, [anna], [kept(bo, { active: false })]);
    const names = (user: DirectoryUser) => ({ externalId: user.id, userName: user.userPrincipalName });
    expect(comparison.missing).toEqual([{ objectId: anna.id, names: names(anna) }]);
    expect(comparison.extra).toEqual([{ id: `id-${bo.id}`, names: names(bo), isInUse: false }]);
    expect(isTheSame(comparison)).toBe(false);
  });

  test.each<[string, object, unknown, unknown]>([
    ['externalId', { externalId: 'another' }, anna.id, 'another'],
    ['userName', { userName: 'eve@contoso.com' }, anna.userPrincipalName, 'eve@contoso.com'],
    ['displayName', { displayName: 'Eve' }, anna['displayName'], 'Eve'],
    ['displayName', { displayName: undefined }, anna['displayName'], undefined],
    ['name.familyName', { name: { givenName: 'Anna' } }, anna['surname'], undefined],
    ['name.givenName', { name: { givenName: 'Eve', familyName: 'Ø' } }, anna['givenName'], 'Eve'],
    ['active', { active: false }, true, false],
    ['addresses[type eq "work"].formatted', { addresses: [] }, anna['officeLocation'], undefined],
    [
      'addresses[type eq "work"].formatted',
      { addresses: [{ type: 'home', formatted: 'Østergade 5' }] },
      anna['officeLocation'],
      undefined,
    ],
  ])('differ only in %s', (path, other, directory, value) => {
    const comparison = compareOne(anna, kept(anna, JSON.parse(JSON.stringify(other, (_, one) => one ?? null))));
    expect(comparison).toMatchObject({ same: 0, missing: [], extra: [] });
    expect(comparison.different).toEqual([difference(path, directory, value)]);
  });

  test('are the same if one has no value and the other null or an empty string', () => {
    const bare = { ...anna, displayName: null, surname: null, givenName: null, officeLocation: null };
    const resource = kept(bare, { displayName: '', name: { familyName: null }, addresses: [{ type: 'work' }] });
    expect(compareOne(bare, resource).different).toEqual([]);
  });

  test('are the same if only the case of a case-insensitive attribute differs, and the difference is shown', () => {
    const comparison = compareOne(anna, kept(anna, { userName: anna.userPrincipalName.toUpperCase() }));
    expect(isTheSame(comparison)).toBe(true);
    expect(comparison.caseOnly).toEqual([
      difference('userName', anna.userPrincipalName, anna.userPrincipalName.toUpperCase()),
    ]);
  });

  test('are the same if the same characters are encoded in two ways', () => {
    const user = { ...anna, displayName: 'Åse Café' };
    expect(compareOne(user, kept(anna, { displayName: 'Åse Café'.normalize('NFD') }))).toMatchObject({
      different: [],
      caseOnly: [],
    });
  });

  test('differ if the case of a case-sensitive attribute differs', () => {
    const user = { ...anna, id: 'Abc' };
    expect(compareOne(user, kept(user, { externalId: 'aBC' })).different).toMatchObject([{ path: 'externalId' }]);
  });
});

describe('users who are blocked, unassigned or deleted', () => {
  const leavers: readonly DirectoryUser[] = [
    { ...anna, accountEnabled: false },
    { ...anna, assigned: false },
    { ...anna, deletedDateTime: '2026-01-01T00:00:00Z' },
  ];

  test.each(leavers)('may be absent (%#)', (user) => {
    expect(compare(advisors, [user], [])).toMatchObject({ same: 0, absent: 1, missing: [] });
  });

  test.each(leavers)('may be stored as disabled, with earlier values (%#)', (user) => {
    const comparison = compareOne(user, kept(anna, { active: false, displayName: 'Of earlier days' }));
    expect(comparison).toMatchObject({ same: 1, extra: [], different: [] });
  });

  test.each(leavers)('may not be active (%#)', (user) => {
    expect(compareOne(user, kept(anna)).different).toEqual([difference('active', false, true)]);
  });

  test('are not matched with another user who has their name today', () => {
    const gone = { ...bo, userPrincipalName: anna.userPrincipalName, deletedDateTime: '2026-01-01T00:00:00Z' };
    const comparison = compare(advisors, [gone, anna], [kept(anna)]);
    expect(comparison).toMatchObject({ same: 1, absent: 1, different: [], extra: [] });
  });
});

describe('matching', () => {
  test('uses externalId first, so that swapped names are two differences', () => {
    const swapped = [kept(anna, { userName: bo.userPrincipalName }), kept(bo, { userName: anna.userPrincipalName })];
    const { different, missing, extra } = compare(advisors, [anna, bo], swapped);
    expect(different.map(({ path }) => path)).toEqual(['userName', 'userName']);
    expect([missing, extra]).toEqual([[], []]);
  });

  test('uses userName, ignoring case, if there is no externalId', () => {
    const userName = anna.userPrincipalName.toUpperCase();
    const { different } = compareOne(anna, kept(anna, { externalId: null, userName }));
    expect(different).toEqual([difference('externalId', anna.id, undefined)]);
  });

  test('uses a resource for only one user', () => {
    const twin = { ...bo, userPrincipalName: 'shared@contoso.com' };
    const { missing } = compare(advisors, [anna, twin], [kept(anna, { userName: 'shared@contoso.com' })]);
    expect(missing).toMatchObject([{ objectId: bo.id }]);
  });
});

test('a room is not compared by attributes that only advisors have', () => {
  const comparison = compare(rooms, [anna], [kept(anna, {}, rooms)]);
  expect(comparison).toMatchObject({ same: 1, different: [], notCompared: [] });
});

test('a value __proto__ matches no user', () => {
  const hostile = { ...anna, id: '__proto__', userPrincipalName: 'constructor' };
  expect(compare(advisors, [hostile], [])).toMatchObject({ missing: [{ objectId: '__proto__' }] });
  expect(compareOne(hostile, kept(hostile))).toMatchObject({ same: 1, different: [] });
});

test.each(['infra/tenants/compare.ts', 'infra/provision/parse-directory.ts'])(
  '%s can be bundled for a browser',
  async (file) => {
    const entry = join(import.meta.dirname, '../../..', file);
    const { errors } = await build({ entryPoints: [entry], bundle: true, platform: 'browser', write: false });
    expect(errors).toEqual([]);
  },
);
