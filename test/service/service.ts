import { randomBytes } from 'node:crypto';
import { type Host, startHost } from '../../infra/local/host.ts';
import { runHooks } from '../../infra/local/worker.ts';
import { newToken } from '../../shared/auth/token.ts';

/** A tenant that no other test uses, with its tokens. */
export interface Tenant {
  readonly name: string;
  readonly advisors: string;
  readonly rooms: string;
}

export type ServiceName = 'advisors' | 'rooms';

/** The running service: the registrations that Azure loads, behind the local host, on this run's Azurite. */
export interface RunningService {
  readonly url: string;
  /** The log records written since the start, one JSON text each. */
  readonly log: readonly string[];
  readonly newTenant: () => Tenant;
  readonly stop: () => Promise<void>;
}

/** The start of all URLs in responses, whatever port the test uses. */
export const PUBLIC_URL = 'http://localhost:7071';

const TENANTS = 400;

/** Starts the service inside the test's process. `tables` replaces the connection string of the run's Azurite, and `settings` are added. */
export async function startService(
  tables = process.env['SCIM_TEST_TABLES'],
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningService> {
  const tenants = Array.from({ length: TENANTS }, makeTenant);
  Object.assign(process.env, {
    SCIM_PUBLIC_URL: PUBLIC_URL,
    ...settings,
    SCIM_TABLES: tables,
    SCIM_TOKENS: JSON.stringify({ advisors: tokensOf(tenants, 'advisors'), rooms: tokensOf(tenants, 'rooms') }),
  });
  await import('../../functions/main.ts');
  await runHooks('appStart');
  const log: string[] = [];
  const host: Host = await startHost({ port: 0, log: (_level, message) => log.push(message) });
  return { url: host.url, log, newTenant: () => next(tenants), stop: () => host.close() };
}

function makeTenant(_: unknown, index: number): Tenant {
  const name = `t${index}-${randomBytes(8).toString('hex')}`;
  return { name, advisors: newToken(name), rooms: newToken(name) };
}

const tokensOf = (tenants: readonly Tenant[], service: ServiceName) =>
  Object.fromEntries(tenants.map((tenant) => [tenant.name, [tenant[service]]]));

function next(tenants: Tenant[]): Tenant {
  const tenant = tenants.pop();
  if (!tenant) throw new Error(`A test file may use ${TENANTS} tenants.`);
  return tenant;
}
