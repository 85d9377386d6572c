import { PATCH_OP, USER } from '../service/client.ts';
import type { Changes, Operation, Person, Seen } from './event.ts';

/** The HTTP request of an operation, with a path below the Tenant URL. */
export function requestOf(operation: Operation): { method: string; path: string; body?: object; ifMatch?: string } {
  const ifMatch = 'ifMatch' in operation && operation.ifMatch !== undefined ? { ifMatch: operation.ifMatch } : {};
  switch (operation.kind) {
    case 'create':
      return { method: 'POST', path: '/Users', body: bodyOf(operation.person) };
    case 'put':
      return { method: 'PUT', path: `/Users/${operation.id}`, body: bodyOf(operation.person), ...ifMatch };
    case 'patch':
      return { method: 'PATCH', path: `/Users/${operation.id}`, body: patchOf(operation.changes), ...ifMatch };
    case 'delete':
      return { method: 'DELETE', path: `/Users/${operation.id}`, ...ifMatch };
    case 'get':
      return { method: 'GET', path: `/Users/${operation.id}` };
    case 'find': {
      const filter = encodeURIComponent(`${operation.by} eq "${operation.value}"`);
      return { method: 'GET', path: `/Users?filter=${filter}` };
    }
    case 'list':
      return { method: 'GET', path: '/Users' };
  }
}

function bodyOf({ userName, active, externalId, displayName, givenName, desks }: Person): object {
  return {
    schemas: [USER],
    userName,
    active,
    externalId,
    displayName,
    ...(givenName !== undefined && { name: { givenName } }),
    ...(desks.length > 0 && { addresses: desks.map((formatted) => ({ formatted })) }),
  };
}

function patchOf({ givenName, desk, ...values }: Changes): object {
  const replaced = Object.entries(values).map(([path, value]) => ({ op: 'Replace', path, value }));
  const named = givenName === undefined ? [] : [{ op: 'Replace', path: 'name.givenName', value: givenName }];
  const added = desk === undefined ? [] : [{ op: 'Add', path: 'addresses', value: [{ formatted: desk }] }];
  return { schemas: [PATCH_OP], Operations: [...replaced, ...named, ...added] };
}

/** The users in an answer: one resource, or those of a ListResponse. Throws if it is neither, and not an error. */
export function seenIn(status: number, text: string): readonly Seen[] {
  if (text === '' || status >= 400) return [];
  const body: { Resources?: readonly Answered[] } & Answered = JSON.parse(text);
  return (body.Resources ?? (body.id === undefined ? [] : [body])).map(seenOf);
}

interface Answered {
  readonly id: string;
  readonly meta: { readonly created: string; readonly version: string };
  readonly userName: string;
  readonly active: boolean;
  readonly externalId?: string;
  readonly displayName?: string;
  readonly name?: { readonly givenName?: string };
  readonly addresses?: readonly { readonly formatted: string }[];
}

function seenOf({ id, meta, name, addresses = [], ...own }: Answered): Seen {
  const { userName, active, externalId, displayName } = own;
  return {
    id,
    created: meta.created,
    version: meta.version,
    person: {
      userName,
      active,
      externalId,
      displayName,
      givenName: name?.givenName,
      desks: addresses.map(({ formatted }) => formatted),
    },
  };
}
