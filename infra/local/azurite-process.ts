/**
 * Azurite's table service as a process of its own, run by azurite.ts. It tells its parent the port and ends when the parent lets go of
 * it or dies, with its tables on disk. Signals do not end it: Ctrl-C reaches both processes at once, and the requests that are in flight
 * in the parent still need their tables. (Azurite's own program stays when its parent dies, and loses data on SIGTERM.)
 */
import { mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AzuriteOptions, AzuriteReport } from './azurite.ts';

interface TableServer {
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}

// Azurite has no public entry and no types: these two are what its own dist/src/table/main.js loads.
const require = createRequire(import.meta.filename);
const { default: Server } = require('azurite/dist/src/table/TableServer.js') as {
  default: new (configuration: object) => TableServer;
};
const { default: Configuration } = require('azurite/dist/src/table/TableConfiguration.js') as {
  default: new (host: string, port: number, keepAliveSeconds: number, file: string) => object;
};

const { port = 0, location, fresh = false }: AzuriteOptions = JSON.parse(process.argv[2] ?? '{}');
const file = join(location ?? '', '__azurite_db_table__.json'); // the name that Azurite gives it, so that both can open it
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
const lock = location === undefined ? 'not needed' : lockFolder(location);
process.once('exit', () => void lock); // else the lock would be collected as garbage, and given back with it
report(lock ? { port: await serve() } : { inUse: true });

/** The operating system gives the lock back when the process ends, however it ends. Undefined where another process has it. */
function lockFolder(folder: string): DatabaseSync | undefined {
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, 'lock'));
  try {
    database.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
    return database;
  } catch {
    return undefined;
  }
}

async function serve(): Promise<number> {
  if (fresh) rmSync(file, { force: true });
  const settings = { enableAccessLog: false, isMemoryPersistence: location === undefined };
  const server = new Server(Object.assign(new Configuration('127.0.0.1', port, 130, file), settings));
  process.once('disconnect', async () => {
    await server.close().catch(console.error);
    process.exit();
  });
  await server.start();
  return Number(new URL(server.getHttpServerAddress()).port);
}

function report(message: AzuriteReport): void {
  process.send?.(message);
}
