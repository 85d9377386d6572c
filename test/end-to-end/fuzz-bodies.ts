import { patchOp, user } from '../service/client.ts';
import type { Random } from './fuzz-random.ts';

/** Only a few ids, so that requests find the resources of other requests. They are GUIDs, so an externalId also becomes the id. */
export const guids = Array.from({ length: 6 }, (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`);

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const names = guids.map((_, at) => `user${at}@bank.dk`);
const keys =
  'userName externalId displayName active name addresses schemas id meta givenName type primary value op path Operations __proto__ constructor prototype toString hasOwnProperty nickName name.givenName urn:x:y'.split(
    ' ',
  );
const values: readonly unknown[] = [
  '',
  ' ',
  'x',
  'True',
  'false',
  '\0',
  '\ufffd',
  '😀',
  '__proto__',
  'constructor',
  0,
  -1,
  1e308,
  true,
  false,
  null,
  [],
  {},
  [[]],
  [null],
  [{}],
  { value: 'x' },
  { __proto__: null },
  'x'.repeat(40_000),
];

const words =
  'userName externalId id displayName active name.givenName addresses addresses.type meta.created schemas nickName __proto__ eq ne co sw ew gt ge lt le pr and or not ( ) [ ] ] .formatted true false null 5 -1e9 1e999 "x" "user1@bank.dk" "work" "2026-01-31T12:00:00Z" "\\ud800" "\\u0000" " \' urn:ietf:params:scim:schemas:core:2.0:User:userName'.split(
    ' ',
  );
const filters = [
  'userName eq "user1@bank.dk"',
  `externalId eq "${guids[1]}"`,
  `id eq "${guids[2]}" and active eq true`,
  'active eq true',
  'addresses[type eq "work"].formatted sw "a"',
  'not (displayName pr) or name.givenName co "A"',
  'meta.lastModified gt "2020-01-01T00:00:00Z"',
];
const paths = [
  'active',
  'displayName',
  'userName',
  'externalId',
  'name',
  'name.givenName',
  'addresses',
  'addresses[type eq "work"]',
  'addresses[type eq "work"].formatted',
  'addresses[primary eq true].type',
  'addresses.type',
  'id',
  'meta',
  'nickName',
  'urn:ietf:params:scim:schemas:core:2.0:User:displayName',
  'urn:ietf:params:scim:schemas:core:2.0:User',
];

/** A filter that may be valid or invalid. */
export function filterText(random: Random): string {
  if (random.once(2)) return random.pick(filters);
  return Array.from({ length: 1 + random.below(9) }, () => random.pick(words)).join(' ');
}

function aUser(random: Random): object {
  const which = random.below(guids.length);
  return user({
    userName: random.once(20) ? random.pick(names) : names[which],
    ...(!random.once(30) && { externalId: guids[which] }),
    ...(random.once(3) && { displayName: `Name ${random.below(99)}` }),
    ...(random.once(3) && { name: { givenName: 'Ann', familyName: 'Berg' } }),
    ...(random.once(3) && { active: random.pick([true, false, 'True', 'False']) }),
    ...(random.once(3) && {
      addresses: [
        { type: 'work', formatted: 'Office' },
        { type: 'home', primary: true, formatted: 'x' },
      ],
    }),
  });
}

function anOperation(random: Random): object {
  const path = random.once(5) ? undefined : random.once(6) ? filterText(random) : random.pick(paths);
  const value =
    path === undefined
      ? aUser(random)
      : random.pick<unknown>([
          true,
          'False',
          'text',
          random.pick(names),
          random.pick(guids),
          { formatted: 'x', type: 'work' },
          [{ type: 'other', formatted: 'y' }],
          null,
        ]);
  return {
    op: random.pick(['add', 'replace', 'remove', 'Add', 'Replace', 'Remove']),
    ...(path !== undefined && { path }),
    ...(!random.once(9) && { value }),
  };
}

const aPatch = (random: Random): object =>
  patchOp(...Array.from({ length: random.below(5) }, () => anOperation(random)));

const aSearch = (random: Random): object => ({
  schemas: [SEARCH],
  filter: filterText(random),
  ...(random.once(3) && { startIndex: random.below(5) - 1 }),
  ...(random.once(3) && { count: random.below(5) - 1 }),
  ...(random.once(4) && { sortBy: random.pick(words) }),
  ...(random.once(4) && { attributes: [random.pick(paths), random.pick(words)] }),
});

/** The text of a body. It usually fits the path, and may then be changed as JSON or as text. */
export function bodyText(random: Random, method: string, path: string): string {
  const fitting = path.includes('.search') ? aSearch : method === 'PATCH' ? aPatch : aUser;
  const make = random.once(12) ? random.pick([aUser, aPatch, aSearch]) : fitting;
  let body: unknown = make(random);
  while (random.once(3)) body = mutated(random, body);
  const text = JSON.stringify(body);
  return random.once(12) ? garbled(random, text) : text;
}

/** The JSON with one change at a random place. */
function mutated(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.once(6)) return random.pick(values);
  if (Array.isArray(value)) {
    if (value.length === 0 || random.once(4)) return [...value, ...value, random.pick(values)];
    const at = random.below(value.length);
    return value.map((one, index) => (index === at ? mutated(random, one) : one));
  }
  const entries = Object.entries(value);
  const at = random.below(entries.length + 1);
  const [key, member] = entries[at] ?? [random.pick(keys), random.pick(values)];
  const others = entries.filter((_, index) => index !== at);
  const change = random.below(5);
  if (change === 0) return Object.fromEntries(others);
  if (change === 1) return Object.fromEntries([...others, [random.pick(keys), member]]);
  if (change === 2)
    return Object.fromEntries([...entries, [random.pick([key.toUpperCase(), key.toLowerCase()]), member]]);
  return Object.fromEntries([...others, [key, mutated(random, member)]]);
}

/** The text after it was cut or doubled, or a stray character was inserted. */
function garbled(random: Random, text: string): string {
  const at = random.below(text.length);
  const noise = random.pick([
    '"',
    '\\',
    '{',
    ']',
    ',',
    '\0',
    '\\ud800',
    'é',
    '😀',
    '__proto__',
    '1e999',
    '\ufeff',
    ' ',
  ]);
  return random.pick([
    text.slice(0, at),
    text + text,
    text.slice(0, at) + noise + text.slice(at),
    text.slice(0, at) + noise + text.slice(at + 1),
    noise,
    '',
  ]);
}
