import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newToken } from '../../shared/auth/token.ts';
import { findPort, type Started, startIn } from '../end-to-end/started.ts';

/** A tenant of the service advisors. */
export interface ServedTenant {
  readonly name: string;
  readonly token: string;
}

/** A server process of its own. */
export interface Server {
  /** The Tenant URL of the service advisors. */
  readonly url: string;
  /** Ends the process at once, in the middle of whatever it does. */
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export const newTenants = (count: number): readonly ServedTenant[] =>
  Array.from({ length: count }, (_, at) => {
    const name = `t${at}-${randomBytes(6).toString('hex')}`;
    return { name, token: newToken(name) };
  });

/** Starts a server process on a store that others share, for these tenants. */
export async function startServer(
  tables: string,
  tenants: readonly ServedTenant[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'bookme-server-'));
  const PORT = await findPort();
  const tokens = Object.fromEntries(tenants.map(({ name, token }) => [name, [token]]));
  const started = await startIn(folder, {
    PORT,
    SCIM_TABLES: tables,
    SCIM_TOKENS: JSON.stringify({ advisors: tokens }),
    ...settings,
  });
  const end = async ({ process, ended }: Started, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    process.kill(signal);
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return {
    url: `http://127.0.0.1:${PORT}/advisors/scim`,
    kill: () => end(started, 'SIGKILL'),
    stop: () => end(started, 'SIGTERM'),
  };
}
