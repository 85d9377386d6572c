import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Config, readConfig } from '../../shared/config.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { liveLog } from '../console/server/request-log.ts';
import { build } from '../package/build.ts';
import { announce } from './announcement.ts';
import { type Azurite, isPortFree, startAzurite } from './azurite.ts';
import { startHost } from './host.ts';
import { servePage } from './page.ts';
import { readPort, readSettings, type Settings } from './settings.ts';
import { startTimers } from './timers.ts';
import { type Log, loadApp } from './worker.ts';

const SETTINGS = 'local.settings.json';
const DATA = '.azurite';
const BUNDLE = 'dist/main.cjs';
/** Azurite's default port, which other tools expect. If it is in use, another port is used. */
const TABLES_PORT = 10_002;

/** Starts the local environment with the settings, the data and the bundle of the working folder. */
async function start(parameters: readonly string[]): Promise<void> {
  checkParameters(parameters);
  const fresh = parameters.includes('--fresh');
  const port = readPort(process.env);
  const settings = readSettings(SETTINGS, process.env, port);
  const config = readConfig({ SCIM_TABLES: 'UseDevelopmentStorage=true', ...settings });
  const ownStore = settings['SCIM_TABLES'] === undefined;
  if (fresh && !ownStore)
    throw new CommandError('--fresh deletes only the data of the store that npm start starts: unset SCIM_TABLES.');
  if (!(await isPortFree(port)))
    throw new CommandError(`Port ${port} is in use: stop the program that uses it, or set PORT to another port.`);
  await buildApp();
  const azurite = ownStore ? await startAzurite({ port: TABLES_PORT, location: DATA, fresh }) : undefined;
  const environment = { ...settings, ...(azurite && { SCIM_TABLES: azurite.connectionString }) };
  await (parameters.includes('--func') ? serveWithCoreTools : serve)({ config, port, environment, azurite });
}

function checkParameters(parameters: readonly string[]): void {
  const unknown = parameters.find((one) => one !== '--fresh' && one !== '--func');
  if (unknown === undefined) return;
  throw new CommandError(
    `npm start has no option ${unknown}. Its only option is --fresh, which starts with empty tables.`,
  );
}

async function buildApp(): Promise<void> {
  try {
    await build(BUNDLE);
  } catch {
    throw new CommandError('The build failed. Its messages are above.');
  }
}

/** What npm start serves, with its settings and its store. */
interface Served {
  readonly config: Config;
  readonly port: number;
  readonly environment: Settings;
  readonly azurite: Azurite | undefined;
}

async function serve({ config, port, environment, azurite }: Served): Promise<void> {
  Object.assign(process.env, environment);
  process.setSourceMapsEnabled(true);
  await loadApp(BUNDLE);
  const requests = liveLog(() => new Date());
  const log: Log = (_level, message) => {
    console.log(message);
    requests.take(message);
  };
  const host = await startHost({ port, log });
  const timers = startTimers(log);
  const page = await servePage(config, environment, requests);
  console.log(announce(config, { data: describeData(azurite), page: page.address }));
  let stopping = false;
  const stop = async () => {
    if (stopping) return; // one Ctrl-C arrives several times: each process of the group receives it and passes it on
    stopping = true;
    timers.stop();
    await Promise.all([host.close(), page.close()]);
    await azurite?.close();
    process.exit();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}

async function serveWithCoreTools({ config, port, environment, azurite }: Served): Promise<void> {
  const page = await servePage(config, environment);
  console.log(announce(config, { data: describeData(azurite), page: page.address }));
  const code = await runCoreTools(port, environment);
  await Promise.all([page.close(), azurite?.close()]);
  process.exit(code);
}

/**
 * Runs the built app with Azure Functions Core Tools, in this folder and with these settings, and passes signals on to them.
 * Resolves to their exit code. Rejects with CommandError if `func` is not installed.
 */
async function runCoreTools(port: number, environment: Readonly<Record<string, string>>): Promise<number> {
  const func = spawn('func', ['start', '--port', String(port)], {
    env: environment,
    stdio: 'inherit',
    shell: process.platform === 'win32', // there func is a script
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => func.kill(signal));
  try {
    const [code] = await once(func, 'exit');
    return code ?? 1;
  } catch {
    throw new CommandError(
      'Azure Functions Core Tools (func) are not installed. Install them, or use npm start, which does not need them.',
    );
  }
}

function describeData(azurite: Azurite | undefined): string {
  if (!azurite) return 'The data is in the storage account in SCIM_TABLES.';
  const tables = azurite.port === TABLES_PORT ? 'UseDevelopmentStorage=true' : azurite.connectionString;
  return `The data is stored in ${DATA} (npm start -- --fresh deletes it first). While this runs, other programs can use it with:\n  SCIM_TABLES='${tables}'`;
}

/** Explains why npm start failed. For a bug, it returns the stack. */
function explainStart(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack } = error;
  if (name === 'CommandError' || name === 'ConfigError') return message; // compared by name, because the bundle has its own class ConfigError
  if ('code' in error && error.code === 'EADDRINUSE') return 'The port is in use: set PORT to another port.';
  if (name === 'RestError' || /connection string/i.test(message)) {
    const [reason] = message.split('\n');
    return `The storage account in SCIM_TABLES does not respond (${reason}). Correct the setting, or unset it: npm start then starts its own store.`;
  }
  return stack ?? message;
}

start(process.argv.slice(2)).catch((error: unknown) => {
  console.error(explainStart(error));
  process.exit(1);
});
