import { type Answer, type Client, patchOp, user } from '../service/client.ts';

/** The attributes that Entra wants a user to have. */
export interface Wanted {
  readonly userName: string;
  readonly externalId: string;
  readonly displayName: string;
  readonly active: boolean;
}

/** A request that the tests disturb. Each run has its own tenant. */
export interface Scenario {
  readonly what: string;
  /** Creates what the request needs. The request gets what it returns. */
  readonly given: (call: Client) => Promise<string>;
  readonly request: (call: Client, given: string) => Promise<Answer>;
  /** Without a disturbance, the status of the answer and the number of storage calls. */
  readonly status: number;
  readonly calls: number;
  /** What Entra wants next. */
  readonly wanted: Wanted;
  /** Entra wants to delete the user. */
  readonly gone?: true;
  /** The brake is on. 'holds' is a brake that allows no further change. */
  readonly brake?: 'on' | 'holds';
}

const ID = 'b7a1c2d3-0000-4000-8000-000000000001';
const NEW_ID = 'b7a1c2d3-0000-4000-8000-000000000002';
/** GUIDs that are the same in every run. */
export const fixedIds: readonly string[] = [ID, NEW_ID];

const anna: Wanted = { userName: 'anna@contoso.com', externalId: ID, displayName: 'Anna', active: true };
const path = `/Users/${ID}`;
const set = (values: object) => patchOp({ op: 'replace', value: values });
const query = (filter: string) => `/Users?filter=${encodeURIComponent(filter)}`;

const nobody = async () => '';

async function someone(call: Client): Promise<string> {
  const { headers } = await call('POST', '/Users', user(anna));
  return headers.get('etag') ?? '';
}

/** A user whose id is still ID, but whose row has moved to NEW_ID. */
async function someoneMoved(call: Client): Promise<string> {
  await someone(call);
  const { headers } = await call('PATCH', path, set({ externalId: NEW_ID }));
  return headers.get('etag') ?? '';
}

async function severalPeople(call: Client): Promise<string> {
  await call('POST', '/Users', user({ userName: 'bo', externalId: NEW_ID }));
  await call('POST', '/Users', user({ userName: 'carl', externalId: 'contractor 7' }));
  return someone(call);
}

async function twoPages(call: Client): Promise<Answer> {
  const first = await call('GET', '/Users?count=2&cursor');
  const cursor = first.body['nextCursor'];
  return first.status === 200 ? call('GET', `/Users?count=2&cursor=${cursor}`) : first;
}

const changed = { ...anna, displayName: 'Anna B' };
const renamed = { ...anna, userName: 'anna@fabrikam.com' };
const moved = { ...anna, externalId: NEW_ID };
const disabled = { ...anna, active: false };

const creates: readonly Scenario[] = [
  {
    what: 'a create',
    given: nobody,
    request: (call) => call('POST', '/Users', user(anna)),
    status: 201,
    calls: 1,
    wanted: anna,
  },
  {
    what: 'a create whose id is taken',
    given: someoneMoved,
    request: (call) => call('POST', '/Users', user({ ...renamed, externalId: ID })),
    status: 201,
    calls: 2,
    wanted: renamed,
  },
  {
    what: 'a create of a user who exists',
    given: someone,
    request: (call) => call('POST', '/Users', user({ ...changed })),
    status: 409,
    calls: 1,
    wanted: anna,
  },
];

const reads: readonly Scenario[] = [
  ['a read', 1, someone, (call: Client) => call('GET', path), anna] as const,
  ['a read of somebody who moved', 3, someoneMoved, (call: Client) => call('GET', path), moved] as const,
  ['a match by externalId', 1, someone, (call: Client) => call('GET', query(`externalId eq "${ID}"`)), anna] as const,
  [
    'a match by userName',
    2,
    someoneMoved,
    (call: Client) => call('GET', query(`userName eq "${anna.userName}"`)),
    moved,
  ] as const,
  ['a match of nobody', 1, nobody, (call: Client) => call('GET', query('userName eq "nobody"')), anna] as const,
  ['a list', 1, severalPeople, (call: Client) => call('GET', '/Users?sortBy=userName'), anna] as const,
  ['a list by cursor', 2, severalPeople, twoPages, anna] as const,
].map(([what, calls, given, request, wanted]) => ({ what, calls, given, request, wanted, status: 200 }));

const patches: readonly Scenario[] = [
  ['a PATCH', 2, 200, changed] as const,
  ['a PATCH that changes nothing', 1, 200, anna] as const,
  ['a rename', 2, 200, renamed] as const,
  ['a move', 2, 200, moved] as const,
  ['a rename and a move', 2, 200, { ...renamed, externalId: NEW_ID }] as const,
  ['a disable', 2, 200, disabled] as const,
].map(([what, calls, status, wanted]) => ({
  what,
  calls,
  status,
  wanted,
  given: someone,
  request: (call: Client) => call('PATCH', path, set(wanted)),
}));

const changes: readonly Scenario[] = [
  {
    what: 'a PATCH with If-Match',
    given: someone,
    request: (call, version) => call('PATCH', path, set({ displayName: 'Anna B' }), { 'if-match': version }),
    status: 200,
    calls: 2,
    wanted: changed,
  },
  {
    what: 'a PATCH of a user who was moved',
    given: someoneMoved,
    request: (call) => call('PATCH', path, set({ displayName: 'Anna B' })),
    status: 200,
    calls: 4,
    wanted: { ...changed, externalId: NEW_ID },
  },
  {
    what: 'a rename to a name that is taken',
    given: severalPeople,
    request: (call) => call('PATCH', path, set({ userName: 'BO' })),
    status: 409,
    calls: 2,
    wanted: anna,
  },
  {
    what: 'a PUT that renames',
    given: someone,
    request: (call) => call('PUT', path, user(renamed)),
    status: 200,
    calls: 2,
    wanted: renamed,
  },
  {
    what: 'a disable that the brake counts',
    given: someone,
    request: (call) => call('PATCH', path, set({ active: false })),
    status: 200,
    calls: 3,
    wanted: disabled,
    brake: 'on',
  },
  {
    what: 'a disable that the brake refuses',
    given: async (call) => {
      await severalPeople(call);
      await call('DELETE', `/Users/${NEW_ID}`);
      return '';
    },
    request: (call) => call('PATCH', path, set({ active: false })),
    status: 403,
    calls: 4,
    wanted: anna,
    brake: 'holds',
  },
];

const deletes: readonly Scenario[] = [
  ['a DELETE', 2, someone, {}] as const,
  ['a DELETE of somebody who moved', 4, someoneMoved, {}] as const,
  ['a DELETE that the brake counts', 3, someone, { brake: 'on' as const }] as const,
].map(([what, calls, given, brake]) => ({
  what,
  calls,
  given,
  request: (call: Client) => call('DELETE', path),
  status: 204,
  wanted: anna,
  gone: true as const,
  ...brake,
}));

const conditionalDelete: Scenario = {
  what: 'a DELETE with If-Match',
  given: someone,
  request: (call, version) => call('DELETE', path, undefined, { 'if-match': version }),
  status: 204,
  calls: 2,
  wanted: anna,
  gone: true,
};

/** Every verb, in each form that makes different storage calls. */
export const scenarios: readonly Scenario[] = [
  ...creates,
  ...reads,
  ...patches,
  ...changes,
  ...deletes,
  conditionalDelete,
];
