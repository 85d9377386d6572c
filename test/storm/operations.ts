import type { Changes, Operation, Person, Seen } from './event.ts';
import type { Random } from './random.ts';

/** The values from which the clients of one tenant choose, and the values that they have learned. */
export interface Knowledge {
  readonly userNames: readonly [string, ...string[]];
  readonly externalIds: readonly [string | undefined, ...(string | undefined)[]];
  /** The ids in answers, newest first, and GUIDs that may become ids. */
  readonly ids: [string, ...string[]];
  /** The last version of each id in an answer. */
  readonly versions: Map<string, string>;
}

/** Few names and externalIds, so that clients choose the same ones: GUIDs as in Entra, one text that is not a GUID, and no externalId. */
export function knowledgeOf(random: Random): Knowledge {
  const guids: readonly [string, ...string[]] = [random.guid(), random.guid(), random.guid()];
  return {
    userNames: ['anna', 'bo', 'carl', 'dora'],
    externalIds: [...guids, ...guids, 'contractor 7', undefined],
    ids: [...guids],
    versions: new Map(),
  };
}

/** Remembers the users in an answer. */
export function learn({ ids, versions }: Knowledge, seen: readonly Seen[]): void {
  for (const { id, version } of seen) {
    versions.set(id, version);
    const at = ids.indexOf(id);
    if (at >= 0) ids.splice(at, 1);
    ids.unshift(id);
  }
  ids.splice(8);
}

/** Chooses the next request of a client. `unique` is text that no other request contains, so that all writes differ. */
export function chooseOperation(random: Random, knowledge: Knowledge, unique: string): Operation {
  const id = random.chance(0.7) ? (knowledge.ids[random.below(3)] ?? knowledge.ids[0]) : random.pick(knowledge.ids);
  const ifMatch = random.chance(0.3) ? knowledge.versions.get(id) : undefined;
  const kinds: readonly (readonly [number, () => Operation])[] = [
    [18, () => ({ kind: 'create', person: choosePerson(random, knowledge, unique) })],
    [34, () => ({ kind: 'patch', id, ifMatch, changes: chooseChanges(random, knowledge, unique) })],
    [8, () => ({ kind: 'put', id, ifMatch, person: choosePerson(random, knowledge, unique) })],
    [9, () => ({ kind: 'delete', id, ifMatch })],
    [11, () => ({ kind: 'get', id })],
    [17, () => chooseSearch(random, knowledge, id)],
    [3, () => ({ kind: 'list' })],
  ];
  let left = random.below(100);
  for (const [weight, choose] of kinds) {
    left -= weight;
    if (left < 0) return choose();
  }
  return { kind: 'list' };
}

const choosePerson = (random: Random, { userNames, externalIds }: Knowledge, unique: string): Person => ({
  userName: random.pick(userNames),
  active: true,
  externalId: random.pick(externalIds),
  displayName: unique,
  desks: random.chance(0.5) ? [unique] : [],
});

function chooseChanges(random: Random, { userNames, externalIds }: Knowledge, unique: string): Changes {
  return random.pick<() => Changes>([
    () => ({ displayName: unique }),
    () => ({ givenName: unique, active: random.chance(0.5) }),
    () => ({ active: random.chance(0.5) }),
    () => ({ desk: unique }),
    () => ({ userName: anyCase(random, random.pick(userNames)) }),
    () => ({ userName: random.pick(userNames), displayName: unique }),
    () => ({ externalId: random.pick(externalIds) ?? unique }),
    () => ({ externalId: random.pick(externalIds) ?? unique, userName: random.pick(userNames), active: true }),
  ])();
}

function chooseSearch(random: Random, { userNames, externalIds }: Knowledge, id: string): Operation {
  const externalId = random.pick(externalIds);
  if (externalId === undefined) return { kind: 'find', by: 'id', value: id };
  if (random.chance(0.4)) return { kind: 'find', by: 'externalId', value: externalId };
  return { kind: 'find', by: 'userName', value: anyCase(random, random.pick(userNames)) };
}

const anyCase = (random: Random, text: string): string => (random.chance(0.3) ? text.toUpperCase() : text);
