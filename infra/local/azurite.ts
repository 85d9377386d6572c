import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { CommandError } from '../commands/shared/command-error.ts';

/** How to start Azurite. */
export interface AzuriteOptions {
  /** The port to use if it is free; otherwise, and by default, any free port. */
  readonly port?: number;
  /** The folder for the tables, which is created if it does not exist; by default they are kept in memory. */
  readonly location?: string;
  /** Whether to delete the data in the folder first. */
  readonly fresh?: boolean;
}

/** A running Azurite. */
export interface Azurite {
  readonly connectionString: string;
  readonly port: number;
  /** Resolves when the tables are saved and the process has ended. Can be called more than once. */
  close(): Promise<void>;
}

/** The only message that the process sends to its parent. */
export type AzuriteReport = { readonly port: number } | { readonly inUse: true } | { readonly portTaken: true };

/** Azurite's published account and key, which are not secret (Microsoft's "Use the Azurite emulator" page). */
const ACCOUNT = 'devstoreaccount1';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/**
 * Starts Azurite's table service on 127.0.0.1. It exits with this process, even if this process crashes.
 * Rejects with CommandError if another npm start uses the folder, or if Azurite does not start.
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
    throw new CommandError(`The data in ${options.location} is in use by another npm start. Stop that one first.`);
  }
  if ('portTaken' in report) {
    await ended;
    return startAzurite({ ...options, port: 0 });
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
    throw new CommandError('Azurite did not start. Its message is above.');
  });
  const [report] = await Promise.race([once(child, 'message'), failed]);
  return report; // azurite-process.ts sends nothing else
}

/** Whether a port of 127.0.0.1 is free. */
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
