/**
 * Azurite's table service in a separate process, which azurite.ts starts. It sends its port to its parent. When the parent disconnects or
 * dies, it saves its tables to disk and exits. It ignores signals: Ctrl-C reaches both processes at once, and requests in flight in the
 * parent still need the tables. (Azurite's own program keeps running when its parent dies, and loses data on SIGTERM.)
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

// Azurite has no public API and no types. Its own dist/src/table/main.js loads these two modules.
const require = createRequire(import.meta.filename);
const { default: Server } = require('azurite/dist/src/table/TableServer.js') as {
  default: new (configuration: object) => TableServer;
};
const { default: Configuration } = require('azurite/dist/src/table/TableConfiguration.js') as {
  default: new (host: string, port: number, keepAliveSeconds: number, file: string) => object;
};

const { port = 0, location, fresh = false }: AzuriteOptions = JSON.parse(process.argv[2] ?? '{}');
const file = join(location ?? '', '__azurite_db_table__.json'); // Azurite's own file name, so that its program can open the file too
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
const lock = location === undefined ? 'not needed' : lockFolder(location);
process.once('exit', () => void lock); // the reference keeps the lock from being garbage collected, which would release it

/** Azurite's server does not reject with this error: another process took the port after the parent found it free. */
process.once('uncaughtException', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EADDRINUSE') return report({ portTaken: true }, () => process.exit(1));
  console.error(error);
  process.exitCode = 1;
  process.disconnect?.();
});

report(lock ? { port: await serve() } : { inUse: true });

/** Locks the folder. The operating system releases the lock when the process ends, even after a crash. Undefined if another process has the lock. */
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

function report(message: AzuriteReport, onSent: () => void = () => undefined): void {
  process.send?.(message, undefined, undefined, onSent);
}
