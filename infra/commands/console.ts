import { DefaultAzureCredential } from '@azure/identity';
import { openConsole } from '../console/server/console.ts';
import { openEnvironment } from '../console/server/environment.ts';
import { handlerFor } from '../console/server/handler.ts';
import { workspaceLog } from '../console/server/log-analytics.ts';
import { openVault, type VaultContext } from '../tokens/vault.ts';
import { command, processContext, runProgram } from './shared/command.ts';
import { CommandError } from './shared/command-error.ts';
import { tablesOption, vaultOptionIfNamed } from './shared/option-values.ts';
import { optional } from './shared/options.ts';
import { type Target, targetOf } from './shared/target.ts';

const commandLine = {
  name: 'console',
  synopsis: ['[--workspace <id>] [--port <number>]'],
  options: {
    tables: tablesOption,
    vault: {
      ...vaultOptionIfNamed,
      help: 'the key vault, to show when tokens expire (the setting SCIM_KEY_VAULT_URI)',
    },
    workspace: {
      help: "the id of the Log Analytics workspace, to show each tenant's last request and its refused requests",
      read: optional(readWorkspace),
    },
    port: { help: 'the port on 127.0.0.1 (default: 7080 if it is free)', read: readPort },
  },
  notes: `Serves a page that shows what the banks have provisioned. Only this machine can open the page, and it only reads.
Roles: Storage Table Data Reader, Key Vault Reader, Log Analytics Reader.`,
} as const;

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function readWorkspace(text: string | undefined, option: string): string {
  if (text !== undefined && GUID.test(text)) return text;
  throw new CommandError(
    `${option} must be the id of the workspace, a GUID. The Azure portal shows it as Workspace ID.`,
  );
}

function readPort(text = '7080', option: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new CommandError(`${option} must be a number from 1 to 65535.`);
}

/** The console also runs until it is told to stop. */
interface ConsoleContext extends VaultContext {
  readonly untilStopped: () => Promise<void>;
}

/** Serves the page until the process is told to stop. */
export const consoleCommand = command(
  commandLine,
  async ({ tables, vault, workspace: id, port }, context: ConsoleContext) => {
    const { credential, now, output } = context;
    const environment = openEnvironment({
      tables,
      place: placeOf(targetOf({ tables, vault }, context.environment)),
      credential,
      now,
      tenants: [],
      vault: vault === undefined ? undefined : openVault(vault, context, 'Key Vault Reader'),
      log: id === undefined ? undefined : workspaceLog({ id, credential, now }),
      commands: {},
    });
    const page = await openConsole(handlerFor(environment), port, output);
    output.write(
      `The page is at ${page.address}\n  It opens in one browser only; the address for the next browser is then printed here. Press Ctrl-C to stop.\n`,
    );
    await context.untilStopped();
    await page.close();
  },
);

/** What the page calls the environment that it shows. */
const placeOf = ({ environment, account }: Target): string =>
  environment === undefined ? `the storage account ${account}` : `the ${environment} environment`;

/** Resolves when the process receives a signal to stop. */
const untilStopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });

if (import.meta.main)
  void runProgram((argv) =>
    consoleCommand(argv, { ...processContext, credential: () => new DefaultAzureCredential(), untilStopped }),
  ).then(() => process.exit()); // without waiting for an audit that runs in the background
