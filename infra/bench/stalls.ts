import { limits } from '../../shared/scim/limits.ts';
import { type Call, type Client, openClient } from './client.ts';
import { type Figure, ms } from './figures.ts';
import { type Server, tokens } from './server.ts';

/** How many times each request is sent. The longest stall counts. */
const TIMES = 3;

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

const repeat = <T>(count: number, make: (at: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => make(at));
/** A text in which the search of almostMatching nearly matches at every position. */
const periodic = (length: number): string => 'a'.repeat(length);
const almostMatching = (at: number): string => `formatted co "${periodic(12 + at)}b"`;

/** Requests that cost as much as the limits allow, or that a limit refuses. `path` is the path of a user with many addresses. */
function hostileRequests(path: string): Readonly<Record<string, Call>> {
  const patch = (...Operations: readonly object[]): Call => ({
    method: 'PATCH',
    path,
    body: { schemas: [PATCH], Operations },
  });
  const search = (query: object): Call => ({
    method: 'POST',
    path: '/advisors/scim/Users/.search',
    body: { schemas: [SEARCH], ...query },
  });
  const terms = (count: number): string => repeat(count, almostMatching).join(' or ');
  const addresses = repeat(99, (at) => ({ type: `t${at}`, formatted: periodic(280) }));
  return {
    'a body of 1,000 kB': {
      method: 'POST',
      path: '/advisors/scim/Users',
      body: { schemas: [USER], userName: 'x', note: repeat(200, () => periodic(5_000)) },
    },
    'a body of 10,000 values': {
      method: 'POST',
      path: '/advisors/scim/Users',
      body: { schemas: [USER], note: repeat(9_990, String) },
    },
    '200 operations on 99 elements': patch(
      ...repeat(limits.patchOperations, (at) => ({
        op: 'replace',
        path: 'addresses[type pr].formatted',
        value: periodic(280 + (at % 2)),
      })),
    ),
    'an add of 99 elements and 190 removes of 20 comparisons': patch(
      { op: 'add', path: 'addresses', value: addresses },
      ...repeat(190, () => ({ op: 'remove', path: `addresses[${terms(20)}]` })),
    ),
    '99 elements of 4,600 characters': patch({
      op: 'add',
      path: 'addresses',
      value: repeat(99, () => ({ formatted: periodic(4_600) })),
    }),
    '3,000 flat keys': patch({ op: 'replace', value: Object.fromEntries(repeat(3_000, (at) => [`name.x${at}`, 'x'])) }),
    '9,000 keys that are not kept': patch({
      op: 'replace',
      value: Object.fromEntries(repeat(9_000, (at) => [`urn:x:${at} y[`, 'x'])),
    }),
    '190 dotted keys among 9,000': patch({
      op: 'replace',
      value: Object.fromEntries([
        ...repeat(9_000, (at) => [`x${at}`, 'x']),
        ...repeat(190, (at) => [`name.x${at}`, 'x']),
      ]),
    }),
    '100 comparisons over the directory': search({
      filter: repeat(limits.filterTerms, (at) => `displayName co "${at}x"`).join(' or '),
      count: 1,
    }),
    'a sort of the directory': search({ sortBy: 'displayName', count: 1 }),
    'a page far down in a sort of the directory': search({ sortBy: 'displayName', startIndex: 19_900 }),
    'the count of the directory': search({ count: 0, cursor: '' }),
    'a page of 1,000': search({ count: 1_000, cursor: '' }),
  };
}

/** Measures how long one hostile request can block the event loop. The requests are sent one after the other to the large directory. */
export async function measureStalls(server: Server): Promise<readonly Figure[]> {
  const client = openClient(server.url, tokens.large, 1);
  const path = await createTarget(client);
  await server.usage();
  const idle = await stallOf(server, client, { method: 'GET', path: '/empty' });
  const stalls: Record<string, number> = {};
  for (const [name, call] of Object.entries(hostileRequests(path))) stalls[name] = await stallOf(server, client, call);
  client.close();
  return [
    {
      name: 'the longest that one hostile request keeps the event loop from others',
      unit: 'ms',
      value: Math.max(...Object.values(stalls)),
      goal: 25,
      floor: idle,
      details: Object.fromEntries(Object.entries(stalls).map(([name, stall]) => [name, ms(stall)])),
    },
  ];
}

async function createTarget(client: Client): Promise<string> {
  const addresses = repeat(99, (at) => ({ type: `t${at}`, formatted: periodic(200) }));
  const body = { schemas: [USER], userName: `target-${Date.now()}`, addresses };
  const { text } = await client.send({ method: 'POST', path: '/advisors/scim/Users', body });
  return `/advisors/scim/Users/${JSON.parse(text).id}`;
}

async function stallOf(server: Server, client: Client, call: Call): Promise<number> {
  let longest = 0;
  for (let time = 0; time < TIMES; time += 1) {
    await server.usage();
    await client.send(call);
    longest = Math.max(longest, (await server.usage()).stall);
  }
  return longest;
}
