import { beforeEach, expect, test } from '@jest/globals';
import { limits } from '../../shared/scim/limits.ts';
import { newReading } from '../../shared/scim/reading.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { rooms } from '../../shared/services/rooms.ts';
import { type Answer, type Client, patchOp, user } from '../service/client.ts';
import { startEngine } from './engine.ts';

let call: Client;
beforeEach(() => {
  call = startEngine(advisors, 'https://bookme.test/advisors/scim').call;
});

let created = 0;
function create(attributes: object): Promise<Answer> {
  created += 1;
  return call('POST', '/Users', user({ userName: `user-${created}`, ...attributes }));
}

async function patch(...operations: object[]): Promise<Answer> {
  const { body } = await create({ displayName: 'Ann' });
  return call('PATCH', `/Users/${body['id']}`, patchOp(...operations));
}

const search = (request: object) =>
  call('POST', '/Users/.search', { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], ...request });

/** A test of one limit: a request of a given size, the response at the limit, and the response one beyond it. */
interface Edge {
  readonly request: (size: number) => Promise<Answer>;
  readonly within: number;
  readonly beyond: { readonly status: number; readonly scimType?: string; readonly detail: string };
}

const refused = (scimType: string, detail: string) => ({ status: 400, scimType, detail });

/** Limits that one request to the engine cannot test. Each has its own test; test/http/body.test.ts tests the bytes of a body. */
const testedElsewhere = ['bodyBytes', 'pageSize', 'defaultPageSize', 'pageText', 'patchSteps', 'querySteps'] as const;

const edges: Readonly<Record<Exclude<keyof typeof limits, (typeof testedElsewhere)[number]>, readonly Edge[]>> = {
  jsonDepth: [
    {
      request: (size) => create({ note: JSON.parse('['.repeat(size) + ']'.repeat(size)) }),
      within: 201,
      beyond: refused('invalidSyntax', 'The request body is nested more than 32 levels deep.'),
    },
  ],
  jsonValues: [
    {
      // the other four values: schemas, its element, userName, and notes
      request: (size) => create({ notes: Array(size - 4).fill(1) }),
      within: 201,
      beyond: refused('invalidSyntax', 'The request body contains more than 10000 values.'),
    },
    {
      request: (size) => create(Object.fromEntries(Array.from({ length: size - 3 }, (_, at) => [`k${at}`, 1]))),
      within: 201,
      beyond: refused('invalidSyntax', 'The request body contains more than 10000 values.'),
    },
  ],
  filterLength: [
    {
      request: (size) => search({ filter: 'userName eq ""'.replace('""', `"${'x'.repeat(size - 14)}"`) }),
      within: 200,
      beyond: refused('invalidFilter', 'The filter cannot be parsed: The filter is longer than 8000 characters.'),
    },
  ],
  filterDepth: [
    {
      request: (size) => search({ filter: `${'('.repeat(size)}id pr${')'.repeat(size)}` }),
      within: 200,
      beyond: refused(
        'invalidFilter',
        'The filter cannot be parsed: The filter has more than 32 levels of parentheses at character 33.',
      ),
    },
    {
      request: (size) => search({ filter: `addresses[${'not ('.repeat(size)}type pr${')'.repeat(size)}]` }),
      within: 200,
      beyond: refused(
        'invalidFilter',
        'The filter cannot be parsed: The filter has more than 32 levels of parentheses at character 175.',
      ),
    },
  ],
  filterTerms: [
    {
      request: (size) => search({ filter: Array(size).fill('id pr').join(' or ') }),
      within: 200,
      beyond: refused('invalidFilter', 'The filter cannot be parsed: The filter has more than 100 comparisons.'),
    },
  ],
  pathLength: [
    {
      request: (size) => patch({ op: 'replace', path: 'displayName'.padEnd(size), value: 'Ann' }),
      within: 200,
      beyond: refused('invalidPath', 'The path cannot be parsed: The path is longer than 500 characters.'),
    },
  ],
  patchOperations: [
    {
      request: (size) => patch(...Array(size).fill({ op: 'replace', path: 'active', value: true })),
      within: 200,
      beyond: refused('invalidValue', 'A PATCH may have at most 200 operations. Send the rest in another PATCH.'),
    },
    {
      // each key that is a path becomes an operation
      request: (size) =>
        patch({
          op: 'replace',
          value: Object.fromEntries(Array.from({ length: size }, (_, at) => [`name.unknown${at}`, 'x'])),
        }),
      within: 200,
      beyond: refused('invalidValue', 'A PATCH may have at most 200 operations. Send the rest in another PATCH.'),
    },
  ],
  stringLength: [
    {
      request: (size) => create({ displayName: 'x'.repeat(size) }),
      within: 201,
      beyond: refused('invalidValue', '"displayName" is longer than 32000 characters.'),
    },
    {
      // each has two UTF-16 units
      request: (size) => create({ displayName: '😀'.repeat(Math.ceil(size / 2)) }),
      within: 201,
      beyond: refused('invalidValue', '"displayName" is longer than 32000 characters.'),
    },
    {
      request: (size) => patch({ op: 'replace', path: 'name.givenName', value: 'x'.repeat(size) }),
      within: 200,
      beyond: refused('invalidValue', '"name.givenName" is longer than 32000 characters.'),
    },
    {
      request: (size) => create({ addresses: [{ formatted: 'x'.repeat(size - '[{"formatted":""}]'.length) }] }),
      within: 201,
      beyond: refused(
        'invalidValue',
        '"addresses" is too long: all its elements together may have at most 32000 characters of JSON.',
      ),
    },
  ],
  elements: [
    {
      request: (size) => create({ addresses: Array.from({ length: size }, (_, at) => ({ formatted: `${at}` })) }),
      within: 201,
      beyond: refused('invalidValue', '"addresses" has more than 100 elements.'),
    },
    {
      request: (size) =>
        patch({
          op: 'replace',
          path: 'addresses',
          value: Array.from({ length: size }, (_, at) => ({ formatted: `${at}` })),
        }),
      within: 200,
      beyond: refused('invalidValue', '"addresses" has more than 100 elements.'),
    },
  ],
  projectedAttributes: [
    {
      request: (size) => call('GET', `/Users?attributes=${Array(size).fill('a')}`),
      within: 200,
      beyond: refused('invalidValue', 'attributes and excludedAttributes can each contain at most 200 names.'),
    },
    {
      request: (size) => search({ excludedAttributes: Array(size).fill('a') }),
      within: 200,
      beyond: refused('invalidValue', 'attributes and excludedAttributes can each contain at most 200 names.'),
    },
  ],
};

const cases = Object.entries(edges).flatMap(([name, all]) => all.map((edge, at) => [name, at + 1, edge] as const));

test.each(cases)(
  '%s (%d): a request at the limit is accepted, and one beyond it is refused',
  async (name, _number, edge) => {
    const limit = limits[name as keyof typeof edges]; // the keys of edges
    const within = await edge.request(limit);
    expect({ status: within.status, detail: within.body['detail'] }).toEqual({ status: edge.within });
    const { status, body } = await edge.request(limit + 1);
    const { scimType, detail } = body;
    expect({ status, scimType, detail }).toEqual({ scimType: undefined, ...edge.beyond });
  },
);

test('a page has 100 resources by default, and 1,000 at most', async () => {
  const { call: directory } = startEngine(rooms, 'https://bookme.test/rooms/scim');
  const count = limits.pageSize + 1;
  for (let from = 0; from < count; from += 50) {
    const some = Array.from({ length: Math.min(50, count - from) }, (_, at) => user({ userName: `room-${from + at}` }));
    await Promise.all(some.map((room) => directory('POST', '/Users', room)));
  }
  const pageOf = async (parameters: string) => {
    const { body } = await directory('GET', `/Users?attributes=id&${parameters}`);
    return [body['totalResults'], body['itemsPerPage'], typeof body['nextCursor']];
  };
  expect(await pageOf('')).toEqual([1001, limits.defaultPageSize, 'undefined']);
  expect(await pageOf('count=1000')).toEqual([1001, limits.pageSize, 'undefined']);
  expect(await pageOf('count=1001')).toEqual([1001, limits.pageSize, 'undefined']);
  expect(await pageOf('cursor=')).toEqual([undefined, limits.defaultPageSize, 'string']);
  expect(await pageOf('cursor=&count=1001')).toEqual([undefined, limits.pageSize, 'string']);
});

const manyElements = (length: number, text: string) =>
  Array.from({ length }, (_, at) => ({ type: `kind ${at}`, formatted: text }));

test('a PATCH whose operations make too many comparisons is refused before it makes them', async () => {
  const heavy = await create({ addresses: manyElements(99, 'x'.repeat(240)) });
  const terms = Array.from({ length: 17 }, (_, at) => `formatted co "y${at}"`).join(' or ');
  const removals = (count: number) => Array(count).fill({ op: 'remove', path: `addresses[${terms}]` });
  const patchHeavy = (count: number) => call('PATCH', `/Users/${heavy.body['id']}`, patchOp(...removals(count)));
  expect((await patchHeavy(25)).status).toBe(200);
  const { status, body } = await patchHeavy(50);
  expect([status, body.scimType]).toEqual([400, 'invalidValue']);
  expect(body.detail).toContain('takes too much work');
});

test('an operation that makes an attribute too long is refused, even if a later one removes the attribute', async () => {
  const { body: fresh } = await create({});
  const operations = patchOp(
    { op: 'add', path: 'addresses', value: manyElements(50, 'x'.repeat(4600)) },
    { op: 'remove', path: 'addresses' },
  );
  const { status, body } = await call('PATCH', `/Users/${fresh['id']}`, operations);
  expect([status, body.detail]).toEqual([
    400,
    '"addresses" is too long: all its elements together may have at most 32000 characters of JSON.',
  ]);
});

test('a budget can be spent to its last step, and refuses one more', () => {
  const beyond = () => new Error('too much');
  const { spend } = newReading(new Set(), new Set(), { steps: 10, beyond });
  spend(9);
  spend(1);
  expect(() => spend(1)).toThrow('too much');
});

test('a page with long texts ends early, and the next page continues', async () => {
  const { call: directory } = startEngine(advisors, 'https://bookme.test/advisors/scim');
  const long = 'x'.repeat(32_000);
  for (let at = 0; at < 17; at += 1)
    await directory('POST', '/Users', user({ userName: `u${at}${long.slice(100)}`, displayName: long }));
  const first = await directory('GET', '/Users?count=100');
  expect([first.body['totalResults'], first.body['itemsPerPage']]).toEqual([17, 16]);
  const rest = await directory('GET', '/Users?count=100&startIndex=17');
  expect(rest.body['itemsPerPage']).toBe(1);
  const byCursor = await directory('GET', '/Users?count=100&cursor=');
  expect([byCursor.body['itemsPerPage'], typeof byCursor.body['nextCursor']]).toEqual([16, 'string']);
});

test('the limit of a body is one MiB', () => {
  expect(limits.bodyBytes).toBe(1_048_576);
});

test('every limit has a test', () => {
  expect([...Object.keys(edges), ...testedElsewhere].sort()).toEqual(Object.keys(limits).sort());
});
