import { DefaultAzureCredential } from '@azure/identity';
import type { Config } from '../../shared/config.ts';
import { answering } from '../console/server/answer.ts';
import { openEnvironment } from '../console/server/environment.ts';
import type { LiveLog } from '../console/server/request-log.ts';
import type { Answer } from '../console/server/serve.ts';
import { openVault } from '../tokens/vault.ts';
import { knownTenants, provisionCommands } from './announcement.ts';
import type { Settings } from './settings.ts';

/** Handles the requests of the console's page in the local environment. */
export function localAnswer(config: Config, environment: Settings, log: LiveLog | undefined): Answer {
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
  return answering(openEnvironment(parts));
}
