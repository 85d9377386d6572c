import { expect, test } from '@jest/globals';
import { listResponse } from '../../shared/scim/messages.ts';
import { locationOf, renderResource, writablePart } from '../../shared/scim/resource.ts';
import { advisors } from '../../shared/services/advisors.ts';

const type = advisors.resourceType;
const BASE = 'https://bookme.test/advisors/scim';

test('a rendered resource has its attributes, its schemas, its id and its meta', () => {
  const whole = renderResource(type, BASE, {
    attributes: { userName: 'ann', active: true },
    id: '1',
    created: new Date('2026-01-31T12:00:00Z'),
    lastModified: new Date('2026-02-01T12:00:00.5Z'),
    version: 'W/"1"',
  });
  expect(structuredClone(whole)).toStrictEqual({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    id: '1',
    userName: 'ann',
    active: true,
    meta: {
      resourceType: 'User',
      created: '2026-01-31T12:00:00.000Z',
      lastModified: '2026-02-01T12:00:00.500Z',
      location: `${BASE}/Users/1`,
      version: 'W/"1"',
    },
  });
  expect(Object.getPrototypeOf(whole)).toBeNull();
  expect(locationOf(type, BASE, '1')).toBe(`${BASE}/Users/1`);
});

test('the writable part of a resource has the declared order, and no unassigned attributes', () => {
  const part = writablePart(type, { meta: {}, id: '1', active: false, other: 1, displayName: '', userName: 'ann' });
  expect(JSON.stringify(part)).toBe('{"userName":"ann","displayName":"","active":false}');
});

test('a ListResponse has only the members that its page has', () => {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:ListResponse'];
  const resources = [{ id: '1' }, { id: '2' }];
  expect(listResponse({ resources, totalResults: 5, startIndex: 1 })).toStrictEqual({
    schemas,
    totalResults: 5,
    startIndex: 1,
    itemsPerPage: 2,
    Resources: resources,
  });
  expect(listResponse({ resources, nextCursor: 'c' })).toStrictEqual({
    schemas,
    itemsPerPage: 2,
    nextCursor: 'c',
    Resources: resources,
  });
});
