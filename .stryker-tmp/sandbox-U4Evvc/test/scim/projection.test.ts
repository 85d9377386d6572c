// @ts-nocheck
import { describe, expect, test } from '@jest/globals';
import { projection } from '../../shared/scim/projection.ts';
import { defineResourceType } from '../../shared/scim/schema.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { anAdvisor } from './an-advisor.ts';
import { scimErrorOf } from './scim-error.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ALWAYS = ['schemas', 'id'];
const project = (attributes: readonly string[], excludedAttributes: readonly string[] = []) =>
  projection(advisors.resourceType, { attributes, excludedAttributes })(anAdvisor());
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a projection of an advisor', () => {
  test('is the whole resource where nothing is asked', () => {
    expect(project([])).toEqual(anAdvisor());
  });

  test('holds what is asked for and what is always returned', () => {
    expect(Object.keys(project(['userName', 'active']))).toEqual([...ALWAYS, 'userName', 'active']);
  });

  test('leaves out what is excluded, but never what is always returned', () => {
    expect(Object.keys(project([], ['addresses', 'meta', 'name', 'id', 'schemas']))).toEqual([
      ...ALWAYS,
      'externalId',
      'userName',
      'displayName',
      'active',
    ]);
  });

  test.each(['DISPLAYNAME', `${CORE}:displayName`, `${CORE.toUpperCase()}:displayname`, ' displayName '])(
    'knows %j as a name',
    (name) => {
      expect(Object.keys(project([name]))).toEqual([...ALWAYS, 'displayName']);
      expect(project([], [name])).not.toHaveProperty('displayName');
    },
  );

  test('holds single sub-attributes', () => {
    expect(plain(project(['name.givenName', 'addresses.type']))).toMatchObject({
      name: { givenName: 'Ann' },
      addresses: [{ type: 'work' }, { type: 'home' }],
    });
    expect(project(['name.givenName']).name).not.toHaveProperty('familyName');
  });

  test('leaves out single sub-attributes, and elements of which nothing is left', () => {
    expect(plain(project([], ['name.givenName']))).toMatchObject({ name: { familyName: 'Ågård' } });
    expect(plain(project([], ['addresses.formatted', 'addresses.type']))).toMatchObject({
      addresses: [{ primary: true }],
    });
    expect(project([], ['name.givenName', 'name.familyName'])).not.toHaveProperty('name');
  });

  test('holds the whole attribute where it is named beside its sub-attribute, in either order', () => {
    for (const names of [
      ['name', 'name.givenName'],
      ['name.givenName', 'name'],
    ])
      expect(plain(project(names))).toMatchObject({ name: { givenName: 'Ann', familyName: 'Ågård' } });
  });

  test('excludes from what is included', () => {
    expect(plain(project(['name', 'userName'], ['name.familyName', 'userName']))).toEqual({
      schemas: [CORE],
      id: anAdvisor().id,
      name: { givenName: 'Ann' },
    });
  });

  test('takes names that are not kept, or are no names, for nothing', () => {
    expect(Object.keys(project(['nickName', '!!', '__proto__', 'constructor', 'name.constructor']))).toEqual(ALWAYS);
    expect(project([], ['nickName', '!!', '__proto__', 'toString'])).toEqual(anAdvisor());
  });

  test('refuses too many names', () => {
    expect(scimErrorOf(() => project(Array(201).fill('a')))).toMatchObject({ status: 400, scimType: 'invalidValue' });
  });
});

test('what is "never" returned does not come, what is on "request" comes when it is named', () => {
  const type = defineResourceType({
    name: 'Test',
    endpoint: '/Tests',
    description: '',
    schema: 'urn:test',
    attributes: [
      { name: 'secret', description: '', returned: 'never' },
      { name: 'rare', description: '', returned: 'request' },
      { name: 'usual', description: '' },
    ],
  });
  const keys = (...attributes: string[]) =>
    Object.keys(projection(type, { attributes, excludedAttributes: [] })({ secret: 1, rare: 2, usual: 3 }));
  expect(keys()).toEqual(['usual']);
  expect(keys('secret', 'rare')).toEqual(['rare']);
  expect(keys('secret')).toEqual([]);
});
