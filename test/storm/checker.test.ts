import { describe, expect, test } from '@jest/globals';
import { findContradiction } from './checker.ts';
import type { Event, Operation, Person, Seen } from './event.ts';

const ID = '00000000-0000-4000-8000-00000000000a';
const OTHER = '00000000-0000-4000-8000-00000000000b';
const anna: Person = { userName: 'anna', externalId: ID, active: true, desks: [] };
const seen = (version: string, changes: Partial<Person> = {}, id = ID): Seen => ({
  id,
  created: 'then',
  version,
  person: { ...anna, ...changes },
});

/** A request that ran from `started` to `ended`. */
const at = (started: number, ended: number, operation: Operation, status: number, ...answered: Seen[]) => ({
  operation,
  status,
  seen: answered,
  started,
  ended,
});

const numbered = (...events: Omit<Event, 'number'>[]): Event[] => events.map((event, number) => ({ ...event, number }));
const check = (...events: Omit<Event, 'number'>[]) => findContradiction(numbered(...events));

const created = at(0, 1, { kind: 'create', person: anna }, 201, seen('v1'));
const get: Operation = { kind: 'get', id: ID };
const remove: Operation = { kind: 'delete', id: ID };
const byName: Operation = { kind: 'find', by: 'userName', value: 'ANNA' };
const name = (displayName: string): Operation => ({ kind: 'patch', id: ID, changes: { displayName } });
const first = (givenName: string): Operation => ({ kind: 'patch', id: ID, changes: { givenName } });

describe('a history that can be explained by some order', () => {
  test('passes if each request follows the one before', () => {
    expect(
      check(
        created,
        at(2, 3, byName, 200, seen('v1')),
        at(4, 5, name('A'), 200, seen('v2', { displayName: 'A' })),
        at(6, 7, name('A'), 200, seen('v2', { displayName: 'A' })),
        at(8, 9, remove, 204),
        at(10, 11, get, 404),
        at(12, 13, byName, 200),
        at(14, 15, remove, 404),
      ),
    ).toBeUndefined();
  });

  test('passes if simultaneous requests took effect in a different order than they were answered', () => {
    expect(
      check(
        created,
        at(2, 9, name('A'), 200, seen('v3', { displayName: 'A', givenName: 'B' })),
        at(3, 8, first('B'), 200, seen('v2', { givenName: 'B' })),
        at(4, 7, get, 200, seen('v1')),
        at(5, 6, get, 200, seen('v3', { displayName: 'A', givenName: 'B' })),
      ),
    ).toBeUndefined();
  });

  test('passes if a write with a 503 was carried out, and if it was not', () => {
    const failed = at(2, 3, name('A'), 503);
    expect(check(created, failed, at(4, 5, get, 200, seen('v2', { displayName: 'A' })))).toBeUndefined();
    expect(check(created, failed, at(4, 5, get, 200, seen('v1')))).toBeUndefined();
  });

  test('passes if a taken id is not used again, and a taken name is refused', () => {
    const moved = seen('v2', { externalId: OTHER });
    const newcomer = { ...anna, userName: 'bo' };
    expect(
      check(
        created,
        at(2, 3, { kind: 'patch', id: ID, changes: { externalId: OTHER } }, 200, moved),
        at(4, 5, { kind: 'create', person: newcomer }, 201, { ...seen('w1', newcomer), id: OTHER }),
        at(6, 7, { kind: 'create', person: { ...anna, userName: 'Anna', externalId: 'x' } }, 409),
        at(8, 9, { kind: 'list' }, 200, { ...seen('w1', newcomer), id: OTHER }, moved),
      ),
    ).toBeUndefined();
  });

  test('passes if a create finds its id taken, and another request frees that id before the create takes another one', () => {
    const moved = seen('v2', { externalId: OTHER });
    const newcomer = { ...seen('w1', { userName: 'bo' }), id: OTHER };
    expect(
      check(
        created,
        at(2, 3, { kind: 'patch', id: ID, changes: { externalId: OTHER } }, 200, moved),
        at(4, 6, { kind: 'delete', id: ID }, 204),
        at(7, 8, { kind: 'list' }, 200),
        at(5, 10, { kind: 'create', person: { ...anna, userName: 'bo' } }, 201, newcomer),
        at(11, 12, { kind: 'list' }, 200, newcomer),
      ),
    ).toBeUndefined();
  });
});

describe('a history is refused if it has', () => {
  const cases: Readonly<Record<string, readonly Omit<Event, 'number'>[]>> = {
    'a lost update': [
      created,
      at(2, 5, name('A'), 200, seen('v2', { displayName: 'A' })),
      at(3, 6, first('B'), 200, seen('v3', { givenName: 'B' })),
    ],
    'a lost update that only a later reader sees': [
      created,
      at(2, 3, name('A'), 200, seen('v2', { displayName: 'A' })),
      at(4, 5, get, 200, seen('v1')),
    ],
    'a resurrection': [created, at(2, 3, remove, 204), at(4, 5, get, 200, seen('v1'))],
    'a change of a user that was deleted': [
      created,
      at(2, 5, remove, 204),
      at(3, 6, name('A'), 200, seen('v2', { displayName: 'A' })),
      at(7, 8, get, 200, seen('v2', { displayName: 'A' })),
    ],
    'a duplicate userName': [
      created,
      at(2, 3, { kind: 'create', person: { ...anna, userName: 'ANNA', externalId: OTHER } }, 201, {
        ...seen('w1', { userName: 'ANNA', externalId: OTHER }),
        id: OTHER,
      }),
    ],
    'a duplicate externalId': [
      created,
      at(2, 3, { kind: 'create', person: { ...anna, userName: 'bo' } }, 201, {
        ...seen('w1', { userName: 'bo' }),
        id: OTHER,
      }),
    ],
    'two users with the same id': [
      created,
      at(2, 3, { kind: 'patch', id: ID, changes: { externalId: OTHER } }, 200, seen('v2', { externalId: OTHER })),
      at(4, 5, { kind: 'create', person: { ...anna, userName: 'bo' } }, 201, seen('w1', { userName: 'bo' })),
    ],
    'a 404 for a user that was there all the time': [created, at(2, 3, get, 404)],
    'a search that misses a user that was there all the time': [
      created,
      at(2, 6, { kind: 'patch', id: ID, changes: { externalId: OTHER } }, 200, seen('v2', { externalId: OTHER })),
      at(3, 5, byName, 200),
    ],
    'a list that misses a user': [created, at(2, 3, { kind: 'list' }, 200)],
    'a conflict without another user': [
      created,
      at(2, 3, { kind: 'create', person: { ...anna, userName: 'bo', externalId: 'x' } }, 409),
    ],
    'a delete of a version that was not named': [
      created,
      at(2, 3, name('A'), 200, seen('v2', { displayName: 'A' })),
      at(4, 5, { ...remove, ifMatch: 'v1' }, 204),
    ],
    'a 412 for the current version': [created, at(2, 3, { ...remove, ifMatch: 'v1' }, 412)],
    'a new version where nothing changed': [
      created,
      at(2, 3, name('A'), 200, seen('v2', { displayName: 'A' })),
      at(4, 5, name('A'), 200, seen('v3', { displayName: 'A' })),
    ],
    'an old version where something changed': [created, at(2, 3, name('A'), 200, seen('v1', { displayName: 'A' }))],
    'an unexpected error': [created, at(2, 3, get, 500)],
    'another time of creation': [created, at(2, 3, get, 200, { ...seen('v1'), created: 'later' })],
    'an answer that differs from what was asked': [created, at(2, 3, name('A'), 200, seen('v2', { displayName: 'B' }))],
  };

  test.each(Object.entries(cases))('%s', (_what, events) => {
    expect(check(...events)).toMatch(/^No order of the requests explains this answer/);
  });
});
