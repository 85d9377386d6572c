import type { Call, Task } from './client.ts';

/** A made-up person. */
interface Person {
  readonly externalId: string;
  readonly userName: string;
  readonly displayName: string;
}

/** The n-th person of a batch, which is always the same. No person is in two batches. */
function personOf(batch: number, n: number): Person {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  return {
    externalId: `${hex(Math.imul(n + 1, 0x9e3779b1) >>> 0, 8)}-${hex(batch, 4)}-4000-8000-${hex(n, 12)}`,
    userName: `person.${batch}.${n}@contoso.com`,
    displayName: `Åse Person ${n}`,
  };
}

/** One request of a life, and its expected response. */
interface Step {
  readonly name: string;
  readonly call: (person: Person) => Call;
  readonly status: number;
  readonly contains?: string;
}

const filter = (attribute: string, value: string): Call => ({
  method: 'GET',
  path: `/advisors/scim/Users?filter=${attribute}+eq+%22${encodeURIComponent(value)}%22`,
});

const patch = ({ externalId }: Person, Operations: readonly object[]): Call => ({
  method: 'PATCH',
  path: `/advisors/scim/Users/${externalId}`,
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations },
});

/** A user's whole life, as the requests that Entra sends. */
const life: readonly Step[] = [
  { name: 'query', call: ({ userName }) => filter('userName', userName), status: 200, contains: '"totalResults":0' },
  {
    name: 'create',
    call: (person) => ({ method: 'POST', path: '/advisors/scim/Users', body: resourceOf(person) }),
    status: 201,
  },
  { name: 'match', call: ({ userName }) => filter('userName', userName), status: 200, contains: '"totalResults":1' },
  {
    name: 'get',
    call: ({ externalId }) => ({ method: 'GET', path: `/advisors/scim/Users/${externalId}` }),
    status: 200,
  },
  {
    name: 'update',
    call: (person) =>
      patch(person, [
        { op: 'Replace', path: 'displayName', value: `${person.displayName} Holm` },
        { op: 'Add', path: 'addresses[type eq "work"].formatted', value: 'Havnen 2' },
      ]),
    status: 200,
  },
  {
    name: 'disable',
    call: (person) => patch(person, [{ op: 'Replace', path: 'active', value: 'False' }]),
    status: 200,
    contains: '"active":false',
  },
  {
    name: 'delete',
    call: ({ externalId }) => ({ method: 'DELETE', path: `/advisors/scim/Users/${externalId}` }),
    status: 204,
  },
];

/** One step of the lives of a batch, for its first `size` people. */
export interface Stage {
  readonly name: string;
  readonly tasks: (batch: number, size: number) => readonly Task[];
}

/** The steps of a life, in order. */
export const stages: readonly Stage[] = life.map(({ call, ...step }) => ({
  ...step,
  tasks: (batch, size) => Array.from({ length: size }, (_, n) => ({ ...step, call: call(personOf(batch, n)) })),
}));

/** One whole life. */
export const lifeOf = (batch: number, n: number): readonly Task[] =>
  life.map(({ call, ...step }) => ({ ...step, call: call(personOf(batch, n)) }));

/** The requests that create the people of a batch. */
export const arrivals = (batch: number, size: number): readonly Task[] =>
  stages.find(({ name }) => name === 'create')?.tasks(batch, size) ?? [];

/** The same request to the empty handler, which returns 204 for a DELETE and a small body for any other request. */
export const toEmpty = ({ call }: Task): Task => ({
  call: { ...call, path: '/empty' },
  status: call.method === 'DELETE' ? 204 : 200,
});

function resourceOf({ externalId, userName, displayName }: Person): object {
  return {
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    ],
    externalId,
    userName,
    active: true,
    displayName,
    name: { givenName: 'Åse', familyName: 'Person' },
    addresses: [{ type: 'work', formatted: 'Østergade 5' }],
    meta: { resourceType: 'User' },
    roles: [],
  };
}
