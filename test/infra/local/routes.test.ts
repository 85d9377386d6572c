import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Host, startHost } from '../../../infra/local/host.ts';
import { buildRoutes } from '../../../infra/local/routes.ts';
import { rawGet, sendRaw } from './raw-request.ts';
import { type Echo, registerEcho } from './sample-app.ts';

let host: Host;

beforeAll(async () => {
  registerEcho('zz-advisors-rest', 'advisors/scim/{*rest}');
  registerEcho('advisors-get', 'advisors/scim/Users/{id}', ['GET']);
  registerEcho('advisors-list', 'advisors/scim/Users', ['GET']);
  registerEcho('Wide', 'rooms/scim/{*rest}', ['GET']);
  registerEcho('room-get', 'rooms/scim/Users/{id}', ['GET']);
  registerEcho('yard', 'rooms/scim/Yards/{id}', ['GET']);
  registerEcho('optional', 'optional/{id?}', ['GET']);
  registerEcho('default-methods', 'default', ['GET', 'POST']);
  host = await startHost({ port: 0 });
});

afterAll(() => host.close());

/** The function that ran and its parameters, or the status of the host's own answer, for a target that is sent unchanged. */
async function route(target: string): Promise<readonly unknown[] | number> {
  const answer = await sendRaw(host.url, rawGet(target));
  const status = Number(answer.split(' ')[1]);
  if (status !== 200) {
    expect(answer.split('\r\n\r\n')[1]).toBe('');
    return status;
  }
  const seen = JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)) as Echo;
  return [seen.ran, seen.params];
}

describe('the order of routes', () => {
  test('follows the function names, ignoring case and how specific the routes are', async () => {
    expect(host.functions.map(({ metadata }) => metadata.name)).toEqual([
      'advisors-get',
      'advisors-list',
      'default-methods',
      'optional',
      'room-get',
      'Wide',
      'yard',
      'zz-advisors-rest',
    ]);
    expect(await route('/rooms/scim/Users/1')).toEqual(['room-get', { id: '1' }]);
    expect(await route('/rooms/scim/Yards/1')).toEqual(['Wide', { rest: 'Yards/1' }]);
  });

  test('lets a later route match if the method of the first does not', async () => {
    const answer = await fetch(`${host.url}/advisors/scim/Users/1`, { method: 'DELETE' });
    expect(await answer.json()).toMatchObject({ ran: 'zz-advisors-rest', params: { rest: 'Users/1' } });
  });
});

describe('an unmatched request', () => {
  test.each(['PUT', 'HEAD', 'OPTIONS'])(
    '%s on a route that does not list it is an empty 404, never 405',
    async (method) => {
      const answer = await fetch(`${host.url}/default`, { method });
      expect(answer.status).toBe(404);
      expect(answer.headers.get('allow')).toBeNull();
      expect(await answer.text()).toBe('');
    },
  );

  test.each(['TRACE', 'CONNECT'])('%s is 404 if no route lists it', async (method) => {
    expect(await sendRaw(host.url, rawGet('/default').replace('GET', method))).toMatch(/^HTTP\/1.1 404 /);
  });

  test.each(['TRACE', 'CONNECT'])(
    '%s goes to the route that lists it, and fails there: no such request can be made for a handler',
    async (method) => {
      expect(await sendRaw(host.url, rawGet('/advisors/scim/Users').replace('GET', method))).toMatch(/^HTTP\/1.1 500 /);
    },
  );

  test('the root is 204 and any other path 404', async () => {
    expect(await route('/')).toBe(204);
    expect(await route('/elsewhere')).toBe(404);
    expect(await route('/advisors')).toBe(404);
  });
});

describe('a path', () => {
  test.each([
    ['any case of a literal', '/Advisors/SCIM/users/AbC', ['advisors-get', { id: 'AbC' }]],
    ['a trailing slash', '/advisors/scim/Users/abc/', ['advisors-get', { id: 'abc' }]],
    ['a trailing slash after a literal', '/advisors/scim/Users/?x=/', ['advisors-list', {}]],
    ['nothing left for a rest parameter', '/advisors/scim', ['zz-advisors-rest', {}]],
    ['only a slash left for a rest parameter', '/advisors/scim/', ['zz-advisors-rest', {}]],
    ['a trailing slash in a rest parameter', '/advisors/scim/x/', ['zz-advisors-rest', { rest: 'x/' }]],
    ['an empty segment in a rest parameter', '/advisors/scim/x//y', ['zz-advisors-rest', { rest: 'x//y' }]],
    ['an optional parameter left out', '/optional', ['optional', {}]],
    ['an optional parameter given', '/optional/1', ['optional', { id: '1' }]],
    ['dot segments', '/advisors/scim/x/../Users/./abc', ['advisors-get', { id: 'abc' }]],
    ['encoded dot segments', '/advisors/scim/x/%2e%2E/Users/abc', ['advisors-get', { id: 'abc' }]],
    ['more dot segments than segments', '/../../advisors/scim/Users', ['advisors-list', {}]],
    ['a final dot segment', '/advisors/scim/Users/abc/..', ['advisors-list', {}]],
    ['dots inside a segment', '/advisors/scim/Users/a..b', ['advisors-get', { id: 'a..b' }]],
    ['an encoded slash, undecoded', '/advisors/scim/Users/a%2Fb', ['advisors-get', { id: 'a%2Fb' }]],
    ['a twice encoded slash, alike', '/advisors/scim/Users/a%252Fb', ['advisors-get', { id: 'a%2Fb' }]],
    ['other escapes', '/advisors/scim/Users/a%20%C3%A9%40%3F%23+', ['advisors-get', { id: 'a é@?#+' }]],
    ['invalid escapes, literally', '/advisors/scim/Users/%ZZ%FF%41', ['advisors-get', { id: '%ZZ%FFA' }]],
    ['an overlong escape, literally', '/advisors/scim/Users/%C0%AF', ['advisors-get', { id: '%C0%AF' }]],
    ['an id of another scheme', '/advisors/scim/Users/a:b;c*@', ['advisors-get', { id: 'a:b;c*@' }]],
  ])('takes %s', async (_name, target, expected) => {
    expect(await route(target)).toEqual(expected);
  });

  test.each([
    ['two leading slashes', '//advisors/scim/Users', 404],
    ['an empty segment after the literal prefix', '/advisors/scim//Users', 404],
    ['two slashes in the place of a parameter', '/optional//', 404],
    ['NUL', '/advisors/scim/Users/a%00', 400],
    ['a raw byte outside ASCII', '/advisors/scim/Users/\xe9', 400],
  ])('with %s is refused by the host', async (_name, target, status) => {
    expect(await route(target)).toBe(status);
  });
});

test.each([
  ['httpTrigger', 'admin/users', "The route of sample conflicts with the host's own routes."],
  ['httpTrigger', 'administrators', "The route of sample conflicts with the host's own routes."],
  ['httpTrigger', 'Users/{id:length(1,5)}', 'The local host does not support route constraints: {id:length(1,5)}'],
  ['queueTrigger', '', 'sample has neither an HTTP trigger nor a timer. The local host does not run other triggers.'],
])('refuses to start with a %s on %j', (type, route, message) => {
  const metadata = { name: 'sample', bindings: { trigger: { type, route, direction: 'in' } } };
  expect(() => buildRoutes([{ metadata, callback: () => {} }], '')).toThrow(message);
});
