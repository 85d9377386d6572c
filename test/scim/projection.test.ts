import { describe, expect, test } from '@jest/globals';
import { projection } from '../../shared/scim/projection.ts';
import { defineResourceType } from '../../shared/scim/schema.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { allKinds } from './a-type-of-all-kinds.ts';
import { anAdvisor } from './an-advisor.ts';
import { scimErrorOf } from './scim-error.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ALWAYS = ['schemas', 'id'];
const project = (attributes: readonly string[], excludedAttributes: readonly string[] = []) =>
  projection(advisors.resourceType, { attributes, excludedAttributes })(anAdvisor());
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a projection of an advisor', () => {
  test('is the whole resource if the request names no attributes', () => {
    expect(project([])).toEqual(anAdvisor());
  });

  test('contains the requested attributes, and those that are always returned', () => {
    expect(Object.keys(project(['userName', 'active']))).toEqual([...ALWAYS, 'userName', 'active']);
  });

  test('leaves out the excluded attributes, except those that are always returned', () => {
    expect(Object.keys(project([], ['addresses', 'meta', 'name', 'id', 'schemas']))).toEqual([
      ...ALWAYS,
      'externalId',
      'userName',
      'displayName',
      'active',
    ]);
  });

  test.each(['DISPLAYNAME', `${CORE}:displayName`, `${CORE.toUpperCase()}:displayname`, ' displayName '])(
    'accepts %j as a name',
    (name) => {
      expect(Object.keys(project([name]))).toEqual([...ALWAYS, 'displayName']);
      expect(project([], [name])).not.toHaveProperty('displayName');
    },
  );

  test('contains requested sub-attributes', () => {
    expect(plain(project(['name.givenName', 'addresses.type']))).toMatchObject({
      name: { givenName: 'Ann' },
      addresses: [{ type: 'work' }, { type: 'home' }],
    });
    expect(project(['name.givenName']).name).not.toHaveProperty('familyName');
  });

  test('leaves out excluded sub-attributes, and values that have become empty', () => {
    expect(plain(project([], ['name.givenName']))).toMatchObject({ name: { familyName: 'Ågård' } });
    expect(plain(project([], ['addresses.formatted', 'addresses.type']))).toMatchObject({
      addresses: [{ primary: true }],
    });
    expect(project([], ['name.givenName', 'name.familyName'])).not.toHaveProperty('name');
  });

  test('contains the whole attribute if it is named together with its sub-attribute, in either order', () => {
    for (const names of [
      ['name', 'name.givenName'],
      ['name.givenName', 'name'],
    ])
      expect(plain(project(names))).toMatchObject({ name: { givenName: 'Ann', familyName: 'Ågård' } });
  });

  test('leaves out an attribute that is both requested and excluded', () => {
    expect(plain(project(['name', 'userName'], ['name.familyName', 'userName']))).toEqual({
      schemas: [CORE],
      id: anAdvisor().id,
      name: { givenName: 'Ann' },
    });
  });

  test('ignores names that are not stored, and texts that are not names', () => {
    expect(Object.keys(project(['nickName', '!!', '__proto__', 'constructor', 'name.constructor']))).toEqual(ALWAYS);
    expect(project([], ['nickName', '!!', '__proto__', 'toString'])).toEqual(anAdvisor());
  });

  test('leaves out the whole attribute if it is excluded together with its sub-attribute', () => {
    for (const names of [
      ['name', 'name.givenName'],
      ['name.givenName', 'name'],
    ])
      expect(project([], names)).not.toHaveProperty('name');
    expect(project([], ['name.givenName', 'name.familyName', 'NAME.givenName'])).not.toHaveProperty('name');
  });

  test.each([CORE, CORE.toUpperCase()])('accepts %s for all attributes of the schema', (urn) => {
    expect(Object.keys(project([urn]))).toEqual([...ALWAYS, 'userName', 'name', 'displayName', 'active', 'addresses']);
    expect(Object.keys(project([], [urn]))).toEqual([...ALWAYS, 'externalId', 'meta']);
  });

  test('refuses too many names', () => {
    const refusal = {
      status: 400,
      scimType: 'invalidValue',
      detail: 'attributes and excludedAttributes can each contain at most 200 names.',
    };
    expect(scimErrorOf(() => project(Array(201).fill('a')))).toEqual(refusal);
    expect(scimErrorOf(() => project([], Array(201).fill('a')))).toEqual(refusal);
    expect(Object.keys(project(Array(200).fill('active')))).toEqual([...ALWAYS, 'active']);
  });
});

test('an attribute that is "never" returned is left out, and one that is returned on "request" is included when it is named', () => {
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

describe('a projection of sub-attributes', () => {
  const place = { street: 's', hidden: 'h', asked: 'q', always: 'a', country: 'DK' };
  const shown = (attributes: readonly string[], excludedAttributes: readonly string[] = []) =>
    plain(projection(allKinds, { attributes, excludedAttributes })({ text: 't', always: 'a', place }));

  test.each([
    [[], [], { text: 't', place: { street: 's', country: 'DK', always: 'a' } }],
    [['text'], [], { text: 't' }],
    [['place'], [], { place: { street: 's', country: 'DK', asked: 'q', always: 'a' } }],
    [['place.street'], [], { place: { street: 's', always: 'a' } }],
    [['place.asked'], [], { place: { asked: 'q', always: 'a' } }],
    [['place.hidden'], [], { place: { always: 'a' } }],
    [['place.street', 'place.asked'], ['place.street'], { place: { asked: 'q', always: 'a' } }],
    [[], ['place'], { text: 't' }],
    [[], ['place.always', 'place.street'], { text: 't', place: { country: 'DK', always: 'a' } }],
    [[], ['place.asked'], { text: 't', place: { street: 's', country: 'DK', always: 'a' } }],
  ])('with %j and without %j respects the characteristic "returned"', (attributes, excluded, rest) => {
    expect(shown(attributes, excluded)).toEqual({ always: 'a', ...rest });
  });

  test('leaves a value of the wrong type as it is', () => {
    expect(plain(projection(allKinds, { attributes: ['place'], excludedAttributes: [] })({ place: 'x' }))).toEqual({
      place: 'x',
    });
    const odd = { parts: ['x', { value: 'v', kind: 'k' }] };
    expect(plain(projection(allKinds, { attributes: ['parts.value'], excludedAttributes: [] })(odd))).toEqual({
      parts: ['x', { value: 'v' }],
    });
  });

  test('leaves out a list whose elements do not have the sub-attribute', () => {
    const kinds = { parts: [{ kind: 'k' }] };
    expect(projection(allKinds, { attributes: ['parts.value'], excludedAttributes: [] })(kinds)).toEqual({});
  });
});
