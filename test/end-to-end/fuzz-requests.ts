import type { Tenant } from '../service/service.ts';
import { bodyText, filterText, guids } from './fuzz-bodies.ts';
import { type Random, randomOf } from './fuzz-random.ts';
import type { Sent } from './hostile-client.ts';

const fixedPaths = [
  '',
  '/',
  '/.search',
  '/Users/.search',
  '/users',
  '/Users/',
  '//Users',
  '/ServiceProviderConfig',
  '/ResourceTypes',
  '/ResourceTypes/User',
  '/Schemas',
  '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User',
  '/Schemas/x',
  '/Groups',
  '/Groups/x',
  '/Groups/.search',
  '/Bulk',
  '/Me',
  '/__proto__',
  '/Users/x/y',
  '/Users/%2e%2e',
  '/Users/%2F',
  '/Users/%00',
  '/Users/%ED%A0%80',
  '/Users/é',
  '/../../rooms/scim/Users',
  '/%55sers',
  '/Users;x=1',
];
const oddIds = ['x', '%20', 'constructor', '00000000-0000-0000-0000-000000000000', guids[3]?.toUpperCase() ?? ''];
const usual = ['GET', 'GET', 'GET', 'GET', 'POST', 'POST', 'POST', 'PUT', 'PATCH', 'PATCH', 'PATCH', 'PATCH'];
const unusual = ['DELETE', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'];
const parameters = [
  'filter',
  'attributes',
  'excludedAttributes',
  'sortBy',
  'sortOrder',
  'startIndex',
  'count',
  'cursor',
  'aadOptscim062020',
  '__proto__',
  'FILTER',
  'Count',
  '',
];
const parameterValues = [
  '',
  '0',
  '1',
  '2',
  '-1',
  '1e3',
  '99999999999999999999',
  'userName',
  'name.givenName,active',
  'addresses',
  'meta',
  'id',
  'ascending',
  'descending',
  '__proto__',
  '%00',
  '%zz',
  '%ED%A0%80',
  'a,'.repeat(300),
  'x'.repeat(500),
  'é',
  '&',
  '#',
  '?',
];
const headerValues = [
  '',
  '*',
  'W/"x"',
  '"x"',
  ',',
  'é',
  'x'.repeat(9000),
  'application/json',
  'application/scim+json',
  'application/scim+json; charset=utf-8',
  'application/json; charset=latin1',
  'text/plain',
  'gzip',
  'identity',
  'close',
  'bytes=0-1',
  '__proto__',
];
const headerNames = [
  'if-match',
  'if-none-match',
  'if-modified-since',
  'content-type',
  'content-encoding',
  'accept',
  'accept-encoding',
  'accept-language',
  'prefer',
  'range',
  'x-http-method-override',
  'x-forwarded-host',
  'x-original-url',
  '__proto__',
  'constructor',
  'traceparent',
  'user-agent',
  'cookie',
];

/** The request with this number. It depends only on the seed and the number. */
export function fuzzRequest(seed: number, number: number, tenant: Tenant): Sent {
  const random = randomOf(Math.imul(seed, 0x9e3779b1) + number);
  const service = random.pick(['advisors', 'rooms'] as const);
  const method = random.pick(random.once(5) ? unusual : usual);
  const path = pathOf(random, method);
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH' ? !random.once(40) : random.once(40);
  return {
    method,
    target: `/${service}/scim${path}${queryOf(random, method)}`,
    headers: { ...authorization(random, tenant[service]), ...headersOf(random) },
    ...(hasBody && { body: bodyText(random, method, path) }),
  };
}

/** A path, usually one for which the method makes sense. */
function pathOf(random: Random, method: string): string {
  if (random.once(8)) return random.pick(fixedPaths);
  if (method === 'POST') return random.once(3) ? random.pick(['/.search', '/Users/.search']) : '/Users';
  return method === 'GET' && random.once(2) ? '/Users' : `/Users/${random.pick(random.once(8) ? oddIds : guids)}`;
}

function queryOf(random: Random, method: string): string {
  if (!random.once(method === 'GET' ? 2 : 8)) return '';
  const pairs = Array.from({ length: 1 + random.below(3) }, () => {
    const name = random.pick(parameters);
    const isFilter = name.toLowerCase() === 'filter' && !random.once(8);
    return `${name}=${isFilter ? encodeURIComponent(filterText(random)) : random.pick(parameterValues)}`;
  });
  return `?${pairs.join('&')}`;
}

function authorization(random: Random, token: string): Record<string, string> {
  if (!random.once(30)) return { authorization: `Bearer ${token}` };
  return random.pick<Record<string, string>>([
    {},
    { authorization: '' },
    { authorization: 'Bearer x' },
    { authorization: 'Bearer constructor.x' },
  ]);
}

function headersOf(random: Random): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  while (random.once(3)) headers[random.pick(headerNames)] = random.pick(headerValues);
  return headers;
}
