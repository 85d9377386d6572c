import { describe, expect, test } from '@jest/globals';
import { messages } from '../../shared/scim/messages.ts';
import {
  queryBudget,
  readProjection,
  readQuery,
  readSearchRequest,
  refusePathInQuery,
} from '../../shared/scim/query.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { anAdvisor } from './an-advisor.ts';
import { tolerantReading } from './readings.ts';
import { scimErrorOf } from './scim-error.ts';

const type = advisors.resourceType;
const query = (text: string) => readQuery(type, new URLSearchParams(text), tolerantReading());
const refusal = (text: string) => scimErrorOf(() => query(text));
const search = (body: object) =>
  readSearchRequest(
    type,
    JSON.parse(JSON.stringify({ schemas: [messages.searchRequest], ...body })),
    tolerantReading(),
  );

describe('the parameters of a query', () => {
  test('have the defaults of RFC 7644', () => {
    expect(query('')).toMatchObject({
      match: undefined,
      sort: undefined,
      startIndex: 1,
      count: undefined,
      cursor: undefined,
    });
  });

  test.each([
    ['startIndex=0', 1, undefined],
    ['startIndex=-5', 1, undefined],
    ['startIndex=7', 7, undefined],
    ['count=0', 1, 0],
    ['count=-1', 1, 0],
    ['count=5', 1, 5],
    ['STARTINDEX=2&Count=3', 2, 3],
    ['startIndex=9999999999999999999', Number.MAX_SAFE_INTEGER, undefined],
    ['count=9999999999999999999', 1, 1000],
  ])('are read as RFC 7644 table 6 defines: %s', (text, startIndex, count) => {
    expect(query(text)).toMatchObject({ startIndex, count });
  });

  test.each(['startIndex=', 'startIndex=x', 'count=1.5', 'count=1e3', 'count=0x10'])(
    'refuse %s, which is not a whole number',
    (text) => {
      expect(refusal(text)).toEqual({
        status: 400,
        scimType: 'invalidValue',
        detail: `"${text.slice(0, text.indexOf('='))}" must be a whole number.`,
      });
    },
  );

  test.each(['1'.repeat(31), 'x1', '1x', '1 1', '--1', ''])('refuse %j, which is not a whole number', (number) => {
    expect(refusal(`count=${number}`).scimType).toBe('invalidValue');
    expect(refusal(`cursor&startIndex=${number}`).scimType).toBe('invalidValue');
    expect(refusal(`cursor&count=${number}`).scimType).toBe('invalidCount');
  });

  test.each(['+5', ' 5 ', '%2B5', '05'])('read %j as 5', (number) => {
    expect(query(`count=${number}`).count).toBe(5);
  });

  test('refuse an invalid count beside a cursor with invalidCount (RFC 9865)', () => {
    expect(refusal('cursor&count=x')).toMatchObject({ status: 400, scimType: 'invalidCount' });
    expect(query('cursor&count=0')).toMatchObject({ cursor: '', count: 0 });
    expect(query('cursor&count=-1')).toMatchObject({ cursor: '', count: 0 });
  });

  test('cannot occur twice, except for lists of names and unknown parameters', () => {
    expect(refusal('filter=id+pr&FILTER=id+pr')).toEqual({
      status: 400,
      scimType: 'invalidFilter',
      detail: 'The query parameter "filter" occurs twice. Send it only once.',
    });
    for (const name of ['sortBy', 'sortOrder', 'startIndex', 'count', 'cursor'])
      expect(refusal(`${name}=1&${name}=1`)).toEqual({
        status: 400,
        scimType: 'invalidValue',
        detail: `The query parameter "${name}" occurs twice. Send it only once.`,
      });
    const { project } = query('attributes=userName&attributes=active&x=1&x=2');
    expect(Object.keys(project(anAdvisor()))).toEqual(['schemas', 'id', 'userName', 'active']);
  });

  test('name attributes in lists, in which spaces and empty names are ignored', () => {
    const keys = (text: string) => Object.keys(query(text).project(anAdvisor()));
    expect(keys('attributes=userName,+active')).toEqual(['schemas', 'id', 'userName', 'active']);
    expect(keys('attributes=,+,')).toEqual(keys(''));
    expect(keys('excludedAttributes=userName,active&EXCLUDEDATTRIBUTES=meta')).toEqual([
      'schemas',
      'id',
      'externalId',
      'name',
      'displayName',
      'addresses',
    ]);
    const project = readProjection(type, new URLSearchParams('ATTRIBUTES=active&excludedAttributes=name'));
    expect(Object.keys(project(anAdvisor()))).toEqual(['schemas', 'id', 'active']);
  });

  test('are ignored if they are unknown', () => {
    expect(query('aadOptscim062020&__proto__=1&constructor=2&toString=3')).toMatchObject({ startIndex: 1 });
  });

  test('have the same digest only if the filter and the sort order are the same', () => {
    expect(query('filter=id+pr&count=1').digest).toBe(query('filter=id+pr&count=2').digest);
    const digests = ['', 'filter=id+pr', 'filter=active+pr', 'sortBy=id', 'sortBy=id&sortOrder=descending'].map(
      (text) => query(text).digest,
    );
    expect(new Set(digests).size).toBe(digests.length);
  });
});

describe('a search request', () => {
  test('is read like the parameters of a URL', () => {
    const read = search({
      attributes: ['userName'],
      filter: 'userName sw "a"',
      sortBy: 'userName',
      sortOrder: 'descending',
      startIndex: 2,
      count: 3,
    });
    expect(read).toMatchObject({ startIndex: 2, count: 3, match: { filter: { kind: 'compare' } } });
    expect(read.sort).toBeDefined();
    expect(Object.keys(read.project(anAdvisor()))).toEqual(['schemas', 'id', 'userName']);
  });

  test('can have null and unknown members, and lists as text', () => {
    const read = search({ filter: null, startIndex: null, COUNT: 3, other: {}, attributes: 'userName,active' });
    expect(read).toMatchObject({ match: undefined, startIndex: 1, count: 3 });
    expect(Object.keys(read.project(anAdvisor()))).toEqual(['schemas', 'id', 'userName', 'active']);
    const without = search({ excludedAttributes: ['addresses', 'meta', 'name'], cursor: '' });
    expect(without.cursor).toBe('');
    expect(Object.keys(without.project(anAdvisor()))).toEqual([
      'schemas',
      'id',
      'externalId',
      'userName',
      'displayName',
      'active',
    ]);
  });

  test.each<[string, unknown, string]>([
    ['filter', 5, 'a string'],
    ['filter', {}, 'a string'],
    ['filter', ['id pr'], 'a string'],
    ['count', true, 'a number'],
    ['startIndex', [1], 'a number'],
    ['attributes', [1], 'an array of strings'],
    ['attributes', ['id', 1], 'an array of strings'],
    ['excludedAttributes', 5, 'an array of strings'],
    ['sortBy', true, 'a string'],
    ['sortOrder', 1, 'a string'],
    ['cursor', 1, 'a string'],
  ])('refuses %s with the value %j, which is not %s', (name, value, type) => {
    expect(scimErrorOf(() => search({ [name]: value }))).toEqual({
      status: 400,
      scimType: 'invalidSyntax',
      detail: `"${name}" in the search request must be ${type}.`,
    });
  });

  test('needs its schema', () => {
    expect(scimErrorOf(() => readSearchRequest(type, { filter: 'id pr' }, tolerantReading()))).toMatchObject({
      scimType: 'invalidSyntax',
    });
  });
});

describe('a path in the query', () => {
  const refusalOf = (text: string) => scimErrorOf(() => refusePathInQuery(new URLSearchParams(text)));

  test.each([
    ['aadOptscim062020/Users', 'aadOptscim062020/Users'],
    ['x=/Users', 'x'],
    ['count=1&x=a/b', 'x'],
  ])('is refused: %s', (text, name) => {
    expect(refusalOf(text)).toEqual({
      status: 400,
      scimType: 'invalidSyntax',
      detail: `The query parameter "${name}" contains a path. Enter the Tenant URL without "?" and the text after it, or only with the flag at its end: …/scim?aadOptscim062020.`,
    });
  });

  test.each(['aadOptscim062020', 'filter=displayName+eq+"a/b"', 'FILTER=x/y', 'attributes=a/b', ''])(
    'is not found in %s',
    (text) => {
      expect(() => refusePathInQuery(new URLSearchParams(text))).not.toThrow();
    },
  );
});

test('a query that takes too much work is refused with tooMany', () => {
  expect(queryBudget.beyond()).toMatchObject({ status: 400, scimType: 'tooMany' });
  expect(queryBudget.beyond().message).toMatch(/^This query takes too much work: /);
});
