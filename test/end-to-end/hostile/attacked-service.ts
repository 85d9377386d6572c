import { afterAll, beforeAll, expect } from '@jest/globals';
import { PATCH_OP, user } from '../../service/client.ts';
import { type RunningService, startService, type Tenant } from '../../service/service.ts';
import { exchange, faultOf, type Received, type Sent } from '../hostile-client.ts';

/** The most CPU time of one request, in milliseconds. The goal is 100; the rest is for the client, which runs in the same process. */
const CPU_MILLISECONDS = 300;

const SAMPLE = JSON.stringify(Array.from({ length: 5_000 }, (_, at) => ({ name: `name ${at}`, at })));
/** The CPU time of `measureMachine` on a machine that does nothing else, in milliseconds. */
const MEASURED_ALONE = 25;

/** How much longer this machine takes at present than if it did nothing else. On a busy machine, the same work takes more CPU time. */
function measureMachine(): number {
  const before = process.cpuUsage();
  for (let round = 0; round < 20; round += 1) JSON.parse(SAMPLE);
  const { user, system } = process.cpuUsage(before);
  return Math.max(1, (user + system) / 1000 / MEASURED_ALONE);
}

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
  const search = (request: object) => post(JSON.stringify({ schemas: [SEARCH], ...request }), '/Users/.search');
  const patch = (body: unknown) =>
    call({ method: 'PATCH', path: userPath(), body: typeof body === 'string' ? body : JSON.stringify(body) });

  async function check(answer: Received, statuses: readonly number[], scimType?: string): Promise<void> {
    const text = answer.text.slice(0, 500);
    expect({ status: answer.status, text }).toMatchObject({
      status: statuses.includes(answer.status) ? answer.status : statuses,
    });
    expect({ fault: faultOf(answer), text }).toMatchObject({ fault: undefined });
    if (scimType) expect(JSON.parse(answer.text)).toMatchObject({ scimType });
    if (answer.cpuMilliseconds > CPU_MILLISECONDS)
      expect(answer.cpuMilliseconds).toBeLessThan(CPU_MILLISECONDS * measureMachine());
    expect(Reflect.ownKeys(Object.prototype)).toEqual(prototype);
    expect((await call({ path: userPath() })).status).toBe(200);
  }

  /** Lets Node load and compile the code of the requests, which would count towards the first one of a test. */
  async function warmUp(): Promise<void> {
    measureMachine();
    const Operations = Array(20).fill({ op: 'replace', path: 'displayName', value: 'Ann' });
    for (let round = 0; round < 10; round += 1) {
      await patch({ schemas: [PATCH_OP], Operations });
      await search({ filter: 'userName co "x" or addresses[type eq "work"].formatted eq "y"' });
    }
  }

  beforeAll(async () => {
    service = await startService();
    tenant = service.newTenant();
    const created = await post(JSON.stringify(user({ userName: 'ann', displayName: 'Ann' })));
    id = JSON.parse(created.text).id;
    await warmUp();
  });
  afterAll(() => service.stop());

  return {
    userPath,
    token: (name) => tenant[name],
    call,
    list: (parameters) => call({ path: `/Users?${parameters}` }),
    search,
    post,
    patch,
    check,
    refused: (answer, scimType) => check(answer, [400], scimType),
  };
}

/** The JSON of a create with one more member. */
export const inBody = (member: string): string => JSON.stringify(user({ userName: 'bob' })).replace('}', `,${member}}`);
