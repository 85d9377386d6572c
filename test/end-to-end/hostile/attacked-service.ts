import { afterAll, beforeAll, expect } from '@jest/globals';
import { user } from '../../service/client.ts';
import { type RunningService, startService, type Tenant } from '../../service/service.ts';
import { exchange, faultOf, type Received, type Sent } from '../hostile-client.ts';

/** What one request may cost at most. The goal is 100; the rest is for the client, which runs in the same process, and for a busy machine. */
const CPU_MILLISECONDS = 300;

export const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

type Parts = Partial<Sent> & { readonly path?: string };

/** A service with one user, and the ways to attack it. */
export interface AttackedService {
  /** The path of the user below the Tenant URL. */
  readonly userPath: () => string;
  readonly token: (service: 'advisors' | 'rooms') => string;
  readonly call: (parts: Parts) => Promise<Received>;
  readonly list: (parameters: string) => Promise<Received>;
  readonly search: (request: object) => Promise<Received>;
  readonly post: (body: string, path?: string) => Promise<Received>;
  /** Sends a PATCH of the user. A body that is a string is sent unchanged. */
  readonly patch: (body: unknown) => Promise<Received>;
  /** Expects a correct and cheap answer with one of these statuses, and a service that works as before. */
  readonly check: (answer: Received, statuses: readonly number[], scimType?: string) => Promise<void>;
  readonly refused: (answer: Received, scimType: string) => Promise<void>;
}

/** Starts the service before the tests of a file, and stops it after them. */
export function attackedService(): AttackedService {
  const prototype = Reflect.ownKeys(Object.prototype);
  let service: RunningService;
  let tenant: Tenant;
  let id: string;

  const call = ({ path = '/Users', ...parts }: Parts) =>
    exchange(service.url, {
      method: 'GET',
      target: `/advisors/scim${path}`,
      ...parts,
      headers: { authorization: `Bearer ${tenant.advisors}`, ...parts.headers },
    });
  const userPath = () => `/Users/${id}`;
  const post = (body: string, path = '/Users') => call({ method: 'POST', path, body });

  async function check(answer: Received, statuses: readonly number[], scimType?: string): Promise<void> {
    const text = answer.text.slice(0, 500);
    expect({ status: answer.status, text }).toMatchObject({
      status: statuses.includes(answer.status) ? answer.status : statuses,
    });
    expect({ fault: faultOf(answer), text }).toMatchObject({ fault: undefined });
    if (scimType) expect(JSON.parse(answer.text)).toMatchObject({ scimType });
    expect(answer.cpuMilliseconds).toBeLessThan(CPU_MILLISECONDS);
    expect(Reflect.ownKeys(Object.prototype)).toEqual(prototype);
    expect((await call({ path: userPath() })).status).toBe(200);
  }

  beforeAll(async () => {
    service = await startService();
    tenant = service.newTenant();
    const created = await post(JSON.stringify(user({ userName: 'ann', displayName: 'Ann' })));
    id = JSON.parse(created.text).id;
  });
  afterAll(() => service.stop());

  return {
    userPath,
    token: (name) => tenant[name],
    call,
    list: (parameters) => call({ path: `/Users?${parameters}` }),
    search: (request) => post(JSON.stringify({ schemas: [SEARCH], ...request }), '/Users/.search'),
    post,
    patch: (body) =>
      call({ method: 'PATCH', path: userPath(), body: typeof body === 'string' ? body : JSON.stringify(body) }),
    check,
    refused: (answer, scimType) => check(answer, [400], scimType),
  };
}

/** The JSON of a create with one more member. */
export const inBody = (member: string): string => JSON.stringify(user({ userName: 'bob' })).replace('}', `,${member}}`);
