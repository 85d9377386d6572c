import { randomUUID } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import type { HttpHandler } from '@azure/functions';
import { authenticator } from './auth/authenticate.ts';
import { keyVault } from './auth/key-vault.ts';
import { managedIdentity } from './auth/managed-identity.ts';
import { type Rate, type RateLimiter, rateLimit, unlimited } from './auth/rate-limit.ts';
import { checkVault, settingsVault, type TokenVault } from './auth/token-vault.ts';
import { brakesOf } from './brake/brake.ts';
import { publishSettings } from './brake/brake-settings.ts';
import type { Config } from './config.ts';
import { type Dependency, healthHandler } from './http/health.ts';
import { type Provider, pipeline } from './http/pipeline.ts';
import { refusalSums } from './http/refusal-sums.ts';
import { maintain, retentionOf } from './maintenance/maintenance.ts';
import type { Operation } from './operations/operation.ts';
import { validator } from './scim/validation.ts';
import type { Service } from './services/service.ts';
import { startCalls } from './store/calls.ts';
import { connectTable, isAccountUrl } from './store/connect.ts';
import { storeOf } from './store/store.ts';

/** The service, built once from the settings. */
export interface Composition {
  /** The handler of a service's function for one operation. Throws if the service is not part of the composition. */
  readonly handler: (service: Service, operation: Operation) => HttpHandler;
  /** The handler of GET /health. */
  readonly health: HttpHandler;
  /** The nightly maintenance of all services, one after the other. It logs its results and never throws. */
  readonly maintain: (log: (record: string) => void) => Promise<void>;
  /** Runs before the first request. Creates the tables in Azurite (in Azure, the deployment does), and starts work in the background. */
  readonly prepare: () => Promise<void>;
}

/** Builds the whole service from the settings. GET /health returns the commit if it is given. */
export function compose(config: Config, services: readonly Service[], commit?: string): Composition {
  const credential = () => managedIdentity(config.clientId);
  const tables = new Map(
    services.map((service) => [service, connectTable({ tables: config.tables, name: service.name }, credential)]),
  );
  const providers = new Map([...tables].map(([service, table]) => [service, providerOf(config, service, table)]));
  const vault = tokenVault(config);
  const callers = authenticator(vault, { requests: limiterOf(config.rate), failures: limiterOf(config.failures) });
  const storage = [...tables.values()].map(
    (table): Dependency => ({ name: 'storage', check: () => checkTable(table) }),
  );

  function handler(service: Service, operation: Operation): HttpHandler {
    const provider = providers.get(service);
    if (!provider) throw new Error(`The service ${service.name} is not part of the composition.`);
    return pipeline(callers, provider, operation);
  }

  async function prepare(): Promise<void> {
    callers.warm();
    setImmediate(loadFetch);
    const isLocal = !isAccountUrl(config.tables);
    if (isLocal) await Promise.all([...tables.values()].map((table) => table.createTable()));
    const published = [...tables.values()].map((table) => publishSettings(table, config.brake));
    if (isLocal) await Promise.all(published);
    else void Promise.allSettled(published); // after an outage, the next start publishes them
  }

  async function maintainAll(log: (record: string) => void): Promise<void> {
    const keep = retentionOf(config.historyDays, config.brake);
    for (const [service, table] of tables) await maintain({ service, table, keep, log, now: () => new Date() });
  }

  const dependencies: readonly Dependency[] = [...storage, { name: 'tokens', check: () => checkVault(vault) }];
  return { handler, health: healthHandler(dependencies, commit), maintain: maintainAll, prepare };
}

function providerOf(config: Config, service: Service, table: TableClient): Provider {
  const now = () => new Date();
  return {
    service,
    base: `${config.publicUrl}/${service.name}/scim`,
    validator: validator(service.resourceType),
    store: storeOf({ table, type: service.resourceType, now, newId: randomUUID }),
    brakes: brakesOf(config.brake, table, now),
    sums: refusalSums(),
  };
}

function tokenVault({ tokens, clientId }: Config): TokenVault {
  return tokens.from === 'vault'
    ? keyVault(tokens.uri, { credential: managedIdentity(clientId) })
    : settingsVault(tokens.tokens);
}

/** Loads Request and Response while the host starts. Node loads them at their first use, which takes most of the first request's time. */
function loadFetch(): void {
  new Response(null, { headers: new Request('http://localhost').headers });
}

const limiterOf = (rate: Rate | undefined): RateLimiter => (rate ? rateLimit(rate) : unlimited);

/** Rejects if the table does not answer. The row need not exist. */
async function checkTable(table: TableClient): Promise<void> {
  await startCalls().read((abortSignal) => table.getEntity('~health', '~health', { abortSignal }));
}
