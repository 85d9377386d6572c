import fc from 'fast-check';
import { type Answer, type Client, patchOp, user } from '../service/client.ts';

/** A request of a sequence. It names a user by the position of the request that returned the id, because ids are different in every run. */
export type Step =
  | { readonly kind: 'create'; readonly userName: string; readonly externalId: string; readonly displayName: string }
  | { readonly kind: 'patch'; readonly who: number; readonly changes: Readonly<Record<string, unknown>> }
  | { readonly kind: 'put'; readonly who: number; readonly userName: string; readonly displayName: string }
  | { readonly kind: 'delete' | 'get'; readonly who: number }
  | { readonly kind: 'find'; readonly by: string; readonly value: string }
  | { readonly kind: 'pages'; readonly count: number };

/** Few names and externalIds, which all tenants use: GUIDs, so that even the ids of different tenants are the same. */
const userNames = ['anna@contoso.com', 'BO@contoso.com', 'bo@contoso.com', 'carl@contoso.com'];
const externalIds = ['aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-000000000002', 'contractor 7'];

const userName = fc.constantFrom(...userNames);
const externalId = fc.constantFrom(...externalIds);
const displayName = fc.constantFrom('A', 'B', 'C');
const who = fc.nat({ max: 9 });

const changes = fc.oneof(
  fc.record({ displayName }),
  fc.record({ userName }),
  fc.record({ externalId }),
  fc.record({ active: fc.boolean() }),
  fc.record({ userName, externalId, 'name.givenName': displayName }),
);

const find = fc.oneof(
  fc.record({ kind: fc.constant('find' as const), by: fc.constant('userName'), value: userName }),
  fc.record({ kind: fc.constant('find' as const), by: fc.constantFrom('externalId', 'id'), value: externalId }),
  fc.record({ kind: fc.constant('find' as const), by: fc.constant('displayName'), value: displayName }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('create' as const), userName, externalId, displayName }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('patch' as const), who, changes }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('put' as const), who, userName, displayName }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('delete' as const, 'get' as const), who }) },
  { weight: 3, arbitrary: find },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pages' as const), count: fc.constantFrom(1, 2) }) },
);

/** What the client of a tenant does, one request after another. */
export const sequence: fc.Arbitrary<readonly Step[]> = fc.array(step, { minLength: 12, maxLength: 30 });

/** The responses to a tenant, with ids, versions and times named by the order in which they appeared. */
export type View = readonly string[];

/** Sends a sequence. Responses that are the same for a client become the same text, so the tenants' views can be compared. */
export async function viewOf(call: Client, steps: readonly Step[]): Promise<View> {
  const names = new Map<string, string>();
  const ids = [...externalIds];
  const view: string[] = [];
  for (const one of steps) {
    for (const answer of await send(call, one, ids)) {
      view.push(named(names, `${answer.status} ${answer.headers.get('etag')} ${answer.text}`));
      const { id } = answer.body;
      if (typeof id === 'string' && !ids.includes(id)) ids.push(id);
    }
  }
  return view;
}

async function send(call: Client, one: Step, ids: readonly string[]): Promise<readonly Answer[]> {
  if (one.kind === 'create') return [await call('POST', '/Users', user({ ...one, kind: undefined }))];
  if (one.kind === 'find')
    return [await call('GET', `/Users?filter=${encodeURIComponent(`${one.by} eq "${one.value}"`)}`)];
  if (one.kind === 'pages') return sendPages(call, one.count);
  const path = `/Users/${encodeURIComponent(ids[one.who % ids.length] ?? '')}`;
  if (one.kind === 'patch') return [await call('PATCH', path, patchOp({ op: 'replace', value: one.changes }))];
  if (one.kind === 'put')
    return [await call('PUT', path, user({ userName: one.userName, displayName: one.displayName }))];
  return [await call(one.kind === 'get' ? 'GET' : 'DELETE', path)];
}

/** The whole directory page by page, in an order that does not depend on random ids. */
async function sendPages(call: Client, count: number): Promise<readonly Answer[]> {
  const pages: Answer[] = [];
  let cursor: unknown = '';
  while (typeof cursor === 'string') {
    const page = await call('GET', `/Users?sortBy=userName&count=${count}&cursor=${cursor}`);
    pages.push(page);
    cursor = page.body['nextCursor'];
  }
  return [...pages, await call('GET', '/Users?sortBy=userName')];
}

const RANDOM = /W\/\\?"[\w-]+\\?"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Names random values by the order of their first appearance. Of times, only their presence is kept. */
function named(names: Map<string, string>, text: string): string {
  const timeless = text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'a time')
    .replace(/"nextCursor":"[^"]+"/g, '"nextCursor":"more"');
  return timeless.replace(RANDOM, (random) => {
    const key = random.replaceAll('\\', '');
    if (externalIds.includes(key)) return key;
    const name = names.get(key) ?? `random ${names.size}`;
    names.set(key, name);
    return name;
  });
}
