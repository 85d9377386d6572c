import { type Config, readConfig } from '../../shared/config.ts';
import { build } from '../package/build.ts';
import { announce } from './announcement.ts';
import { loadApp } from './app.ts';
import { type Azurite, startAzurite } from './azurite.ts';
import { runCoreTools } from './core-tools.ts';
import { explain } from './explain.ts';
import { startHost } from './host.ts';
import { isPortFree } from './port.ts';
import { readPort, readSettings } from './settings.ts';
import type { Settings } from './settings-file.ts';
import { StartError } from './start-error.ts';

const SETTINGS = 'local.settings.json';
const DATA = '.azurite';
const BUNDLE = 'dist/main.cjs';
/** Azurite's usual port, where tools look for it; another one is taken where it is in use. */
const TABLES_PORT = 10_002;

/** Starts everything in the working folder: its settings, its data, its bundle. */
async function start(parameters: readonly string[]): Promise<void> {
  checkParameters(parameters);
  const fresh = parameters.includes('--fresh');
  const port = readPort(process.env);
  const settings = readSettings(SETTINGS, process.env, port);
  const config = readConfig({ SCIM_TABLES: 'UseDevelopmentStorage=true', ...settings });
  const ownStore = settings['SCIM_TABLES'] === undefined;
  if (fresh && !ownStore)
    throw new StartError('--fresh empties only the store that npm start starts: unset SCIM_TABLES.');
  if (!(await isPortFree(port)))
    throw new StartError(`Port ${port} is in use: stop what runs there, or set PORT to another one.`);
  await buildApp();
  const azurite = ownStore ? await startAzurite({ port: TABLES_PORT, location: DATA, fresh }) : undefined;
  const environment = { ...settings, ...(azurite && { SCIM_TABLES: azurite.connectionString }) };
  await (parameters.includes('--func') ? serveWithCoreTools : serve)({ config, port, environment, azurite });
}

function checkParameters(parameters: readonly string[]): void {
  const unknown = parameters.find((one) => one !== '--fresh' && one !== '--func');
  if (unknown === undefined) return;
  throw new StartError(
    `npm start does not know ${unknown}: it takes --fresh, which starts with empty tables, and no more.`,
  );
}

async function buildApp(): Promise<void> {
  try {
    await build(BUNDLE);
  } catch {
    throw new StartError('The build failed: its messages stand above.');
  }
}

interface Surroundings {
  readonly config: Config;
  readonly port: number;
  readonly environment: Settings;
  readonly azurite: Azurite | undefined;
}

async function serve({ config, port, environment, azurite }: Surroundings): Promise<void> {
  Object.assign(process.env, environment);
  process.setSourceMapsEnabled(true);
  await loadApp(BUNDLE);
  const host = await startHost({ port, log: (_level, message) => console.log(message) });
  console.log(announce(config, describeData(azurite)));
  let stopping = false;
  const stop = async () => {
    if (stopping) return; // Ctrl-C reaches the whole group, and each process passes it on
    stopping = true;
    await host.close();
    await azurite?.close();
    process.exit();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}

async function serveWithCoreTools({ config, port, environment, azurite }: Surroundings): Promise<void> {
  console.log(announce(config, describeData(azurite)));
  const code = await runCoreTools(port, environment);
  await azurite?.close();
  process.exit(code);
}

function describeData(azurite: Azurite | undefined): string {
  if (!azurite) return 'The data is in the store that SCIM_TABLES names.';
  const tables = azurite.port === TABLES_PORT ? 'UseDevelopmentStorage=true' : azurite.connectionString;
  return `The data is kept in ${DATA} (npm start -- --fresh starts empty). Other programs reach it while this runs:\n  SCIM_TABLES='${tables}'`;
}

start(process.argv.slice(2)).catch((error: unknown) => {
  console.error(explain(error));
  process.exit(1);
});
