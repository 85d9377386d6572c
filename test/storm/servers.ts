import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newToken } from '../../shared/auth/token.ts';
import { findPort, type Started, startIn } from '../end-to-end/started.ts';
import type { ServiceName, Tenant } from '../service/service.ts';

/** A server in its own process. */
export interface Server {
  readonly url: string;
  /** Ends the process at once, whatever it is doing. */
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Tenants that no other test uses. */
export const newTenants = (count: number): readonly Tenant[] =>
  Array.from({ length: count }, (_, at) => {
    const name = `t${at}-${randomBytes(6).toString('hex')}`;
    return { name, advisors: newToken(name), rooms: newToken(name) };
  });

/** Starts a server process for these tenants. Other processes may share its tables. */
export async function startServer(
  tables: string,
  tenants: readonly Tenant[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'bookme-server-'));
  const PORT = await findPort();
  const tokens = (service: ServiceName) =>
    Object.fromEntries(tenants.map((tenant) => [tenant.name, [tenant[service]]]));
  const started = await startIn(folder, {
    PORT,
    SCIM_TABLES: tables,
    SCIM_TOKENS: JSON.stringify({ advisors: tokens('advisors'), rooms: tokens('rooms') }),
    ...settings,
  });
  const end = async ({ process, ended }: Started, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    process.kill(signal);
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return {
    url: `http://127.0.0.1:${PORT}`,
    kill: () => end(started, 'SIGKILL'),
    stop: () => end(started, 'SIGTERM'),
  };
}
