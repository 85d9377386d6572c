import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { CommandError } from '../commands/shared/command-error.ts';

export interface AzuriteOptions {
  /** Taken where it is free, else any free one; by default any free one. */
  readonly port?: number;
  /** The folder that keeps the tables, made where it is missing; by default they live in memory. */
  readonly location?: string;
  /** Throw away what the folder holds. */
  readonly fresh?: boolean;
}

export interface Azurite {
  readonly connectionString: string;
  readonly port: number;
  /** Resolves when the tables are on disk and the process has ended. May be called again. */
  close(): Promise<void>;
}

/** What the process says to its parent, once. */
export type AzuriteReport = { readonly port: number } | { readonly inUse: true };

/** The account and key that Azurite is published with: no secret (Microsoft's "Use the Azurite emulator" page). */
const ACCOUNT = 'devstoreaccount1';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/**
 * Starts Azurite's table service on 127.0.0.1. It ends with this process, also when this process crashes.
 * Rejects with CommandError where another Azurite of ours has the folder, or Azurite does not start.
 */
export async function startAzurite({ port = 0, ...options }: AzuriteOptions = {}): Promise<Azurite> {
  const chosen: AzuriteOptions = { ...options, port: (await isPortFree(port)) ? port : 0 };
  const child = fork(join(import.meta.dirname, 'azurite-process.ts'), [JSON.stringify(chosen)], {
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, AZURITE_ACCOUNTS: '', NODE_OPTIONS: '' },
  });
  const ended = once(child, 'exit');
  const report = await readReport(child, ended);
  if ('inUse' in report) {
    child.disconnect();
    throw new CommandError(`The data in ${options.location} is in use by another npm start: stop that one first.`);
  }
  const endpoint = `http://127.0.0.1:${report.port}/${ACCOUNT}`;
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${KEY};TableEndpoint=${endpoint};`,
    port: report.port,
    async close() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

async function readReport(child: ChildProcess, ended: Promise<unknown>): Promise<AzuriteReport> {
  const failed = ended.then(() => {
    throw new CommandError('Azurite did not start: its own message stands above.');
  });
  const [report] = await Promise.race([once(child, 'message'), failed]);
  return report; // both ends are this folder's
}

/** Whether something could listen on this port of 127.0.0.1 right now. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
