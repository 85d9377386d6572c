// @ts-nocheck
import { describe, expect, test } from '@jest/globals';
import { messages } from '../../shared/scim/messages.ts';
import { readQuery, readSearchRequest } from '../../shared/scim/query.ts';
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
  ])('%s: index paging follows table 6', (text, startIndex, count) => {
    expect(query(text)).toMatchObject({ startIndex, count });
  });

  test.each(['startIndex=', 'startIndex=x', 'count=1.5', 'count=1e3', 'count=0x10'])(
    'refuse %s as no whole number',
    (text) => {
      expect(refusal(text)).toMatchObject({ status: 400, scimType: 'invalidValue' });
    },
  );

  test('refuse a wrong count with a cursor as RFC 9865 says', () => {
    expect(refusal('cursor&count=x')).toMatchObject({ status: 400, scimType: 'invalidCount' });
    expect(query('cursor&count=0')).toMatchObject({ cursor: '', count: 0 });
    expect(query('cursor&count=-1')).toMatchObject({ cursor: '', count: 0 });
  });

  test('may not stand twice, but for lists of names and what means nothing', () => {
    expect(refusal('filter=id+pr&FILTER=id+pr')).toMatchObject({ status: 400, scimType: 'invalidFilter' });
    for (const name of ['sortBy', 'sortOrder', 'startIndex', 'count', 'cursor'])
      expect(refusal(`${name}=1&${name}=1`)).toMatchObject({ status: 400, scimType: 'invalidValue' });
    const { project } = query('attributes=userName&attributes=active&x=1&x=2');
    expect(Object.keys(project(anAdvisor()))).toEqual(['schemas', 'id', 'userName', 'active']);
  });

  test('mean nothing where they are not known', () => {
    expect(query('aadOptscim062020&__proto__=1&constructor=2&toString=3')).toMatchObject({ startIndex: 1 });
  });

  test('agree in the digest only where filter and order agree', () => {
    expect(query('filter=id+pr&count=1').digest).toBe(query('filter=id+pr&count=2').digest);
    const digests = ['', 'filter=id+pr', 'filter=active+pr', 'sortBy=id', 'sortBy=id&sortOrder=descending'].map(
      (text) => query(text).digest,
    );
    expect(new Set(digests).size).toBe(digests.length);
  });
});

describe('a search request', () => {
  test('says the same as the parameters of a URL', () => {
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

  test.each([{ filter: 5 }, { filter: {} }, { count: true }, { attributes: [1] }, { sortBy: true }, { cursor: 1 }])(
    'refuses %j for its type',
    (body) => {
      expect(scimErrorOf(() => search(body))).toMatchObject({ status: 400, scimType: 'invalidSyntax' });
    },
  );

  test('needs its schema', () => {
    expect(scimErrorOf(() => readSearchRequest(type, { filter: 'id pr' }, tolerantReading()))).toMatchObject({
      scimType: 'invalidSyntax',
    });
  });
});
