import { DefaultAzureCredential } from '@azure/identity';
import type { Config } from '../../shared/config.ts';
import { openEnvironment } from '../console/server/environment.ts';
import { handlerFor } from '../console/server/handler.ts';
import type { LiveLog } from '../console/server/request-log.ts';
import type { Handler } from '../console/server/serve.ts';
import { openVault } from '../tokens/vault.ts';
import { knownTenants, provisionCommands } from './announcement.ts';
import type { Settings } from './settings.ts';

/** Makes the handler of the console's requests for the local environment. */
export function localHandler(config: Config, environment: Settings, log: LiveLog | undefined): Handler {
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
  return handlerFor(openEnvironment(parts));
}
