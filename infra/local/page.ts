import { DefaultAzureCredential } from '@azure/identity';
import type { Config } from '../../shared/config.ts';
import { CONSOLE_PORT, openConsole } from '../console/server/console.ts';
import { openEnvironment } from '../console/server/environment.ts';
import type { LiveLog } from '../console/server/request-log.ts';
import type { RunningConsole } from '../console/server/serve.ts';
import { openVault } from '../tokens/vault.ts';
import { knownTenants, provisionCommands } from './announcement.ts';
import type { Settings } from './settings.ts';

/** Serves the page that shows what arrived in the local environment. The requests are known where the services run in this process. */
export function servePage(config: Config, environment: Settings, log?: LiveLog): Promise<RunningConsole> {
  const credential = () => new DefaultAzureCredential();
  const { tokens } = config;
  const parts = {
    tables: environment['SCIM_TABLES'] ?? config.tables,
    place: 'the local environment',
    credential,
    now: () => new Date(),
    tenants: knownTenants(config),
    vault: tokens.from === 'vault' ? openVault(tokens.uri, { credential }, 'Key Vault Reader') : undefined,
    log,
    commands: provisionCommands(config),
  };
  return openConsole(openEnvironment(parts), CONSOLE_PORT, process.stdout);
}
