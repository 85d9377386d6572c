import type { Changes, Event, Operation, Person, Seen } from './event.ts';

/** The users of a tenant by id, as they would be in a service that processes one request after another. */
export type State = ReadonlyMap<string, Seen>;

/** The version of a user whose last write got a 503. It matches any version. */
export const ANY_VERSION = '';

/**
 * The state after a request, or undefined if a service in this state must not give this answer. If nothing changes, it is the same object.
 * A 503 counts as not carried out. `carriedOut` returns the state if the request was carried out.
 */
export function explain(state: State, { operation, status, seen }: Event): State | undefined {
  if (status === 503) return state;
  switch (operation.kind) {
    case 'create':
      return explainCreate(state, operation.person, status, seen);
    case 'patch':
      return explainChange(state, operation, (person) => patched(person, operation.changes), status, seen);
    case 'put':
      return explainChange(state, operation, () => operation.person, status, seen);
    case 'delete':
      return explainDelete(state, operation, status);
    case 'get':
      return explainGet(state, operation.id, status, seen);
    default:
      return status === 200 && sameUsers(matching(state, operation), seen) ? state : undefined;
  }
}

/** The state after a write that got a 503 but was carried out; undefined if it could not have been. */
export function carriedOut(state: State, { operation }: Event): State | undefined {
  if (operation.kind === 'delete') return explainDelete(state, operation, 204);
  if (operation.kind !== 'patch' && operation.kind !== 'put') return undefined;
  const before = state.get(operation.id);
  if (!before || !isMatch(before, operation.ifMatch)) return undefined;
  const person = operation.kind === 'put' ? operation.person : patched(before.person, operation.changes);
  if (samePerson(before.person, person) || isTaken(state, person, before.id)) return undefined;
  return new Map(state).set(before.id, { ...before, person, version: ANY_VERSION });
}

/**
 * A new user has its externalId or a random GUID as its id. The random one occurs if the first transaction finds the id taken, even if
 * another request frees it before the second. test/exchanges and test/store/moves check that a free externalId becomes the id.
 */
function explainCreate(state: State, person: Person, status: number, seen: readonly Seen[]): State | undefined {
  const taken = isTaken(state, person);
  if (status === 409) return taken ? state : undefined;
  const [created] = seen;
  if (status !== 201 || taken || !created || !samePerson(created.person, person)) return undefined;
  return state.has(created.id) ? undefined : new Map(state).set(created.id, created);
}

interface Conditional {
  readonly id: string;
  readonly ifMatch?: string | undefined;
}

function explainChange(
  state: State,
  { id, ifMatch }: Conditional,
  change: (person: Person) => Person,
  status: number,
  [answered]: readonly Seen[],
): State | undefined {
  const before = state.get(id);
  if (!before) return status === 404 ? state : undefined;
  if (status === 412) return isMatch(before, ifMatch, false) ? undefined : state;
  if (!isMatch(before, ifMatch)) return undefined;
  const person = change(before.person);
  const taken = isTaken(state, person, id);
  if (status === 409) return taken ? state : undefined;
  if (status !== 200 || taken || !answered || answered.id !== id || answered.created !== before.created)
    return undefined;
  if (!samePerson(answered.person, person)) return undefined;
  if (samePerson(before.person, person)) return isMatch(before, answered.version) ? state : undefined;
  return before.version === answered.version ? undefined : new Map(state).set(id, answered);
}

function explainDelete(state: State, { id, ifMatch }: Conditional, status: number): State | undefined {
  const before = state.get(id);
  if (!before) return status === 404 ? state : undefined;
  if (status === 412) return isMatch(before, ifMatch, false) ? undefined : state;
  if (status !== 204 || !isMatch(before, ifMatch)) return undefined;
  const after = new Map(state);
  after.delete(id);
  return after;
}

function explainGet(state: State, id: string, status: number, seen: readonly Seen[]): State | undefined {
  const stored = state.get(id);
  if (!stored) return status === 404 ? state : undefined;
  return status === 200 && sameUsers([stored], seen) ? state : undefined;
}

function matching(state: State, operation: Operation): readonly Seen[] {
  const all = [...state.values()];
  if (operation.kind !== 'find') return all;
  const { by, value } = operation;
  if (by === 'id') return all.filter(({ id }) => id === value);
  if (by === 'externalId') return all.filter(({ person }) => person.externalId === value);
  return all.filter(({ person }) => fold(person.userName) === fold(value));
}

/** Whether another user has this userName or externalId. */
const isTaken = (state: State, { userName, externalId }: Person, id?: string): boolean =>
  [...state.values()].some(
    (other) =>
      other.id !== id &&
      (fold(other.person.userName) === fold(userName) ||
        (externalId !== undefined && other.person.externalId === externalId)),
  );

/** Whether an If-Match header matches a user. `unknown` is the result if the user's version is not known. */
const isMatch = ({ version }: Seen, ifMatch: string | undefined, unknown = true): boolean =>
  ifMatch === undefined || (version === ANY_VERSION ? unknown : version === ifMatch);

function patched(person: Person, { desk, ...values }: Changes): Person {
  return { ...person, ...values, ...(desk !== undefined && { desks: [...person.desks, desk] }) };
}

function sameUsers(expected: readonly Seen[], seen: readonly Seen[]): boolean {
  if (expected.length !== seen.length) return false;
  return expected.every((one) => seen.some((other) => sameUser(one, other)));
}

const sameUser = (one: Seen, other: Seen): boolean =>
  one.id === other.id &&
  one.created === other.created &&
  isMatch(one, other.version) &&
  samePerson(one.person, other.person);

const samePerson = (one: Person, other: Person): boolean => textOf(one) === textOf(other);

/** A text that is the same for equal persons. Unassigned values are left out. */
const textOf = ({ userName, externalId, displayName, givenName, active, desks }: Person): string =>
  JSON.stringify({ userName, externalId, displayName, givenName, active, desks });

/** A text that is the same for equal states. */
export const keyOf = (state: State): string =>
  [...state.values()]
    .map(({ id, created, version, person }) => `${id} ${created} ${version} ${textOf(person)}`)
    .sort()
    .join('\n');

const fold = (text: string): string => text.toLowerCase();
