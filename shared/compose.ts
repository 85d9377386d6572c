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
import { keptFor, maintain } from './maintenance/maintenance.ts';
import type { Operation } from './operations/operation.ts';
import { validator } from './scim/validation.ts';
import type { Service } from './services/service.ts';
import { startCalls } from './store/calls.ts';
import { connectTable, isAccountUrl } from './store/connect.ts';
import { storeOf } from './store/store.ts';

/** The whole service, built once. */
export interface Composition {
  /** The handler of a function that serves an operation of a service. */
  readonly handler: (service: Service, operation: Operation) => HttpHandler;
  /** The handler of GET /health. */
  readonly health: HttpHandler;
  /** The nightly run over all services, one after the other; it logs what it did and never throws. */
  readonly maintain: (log: (record: string) => void) => Promise<void>;
  /** Before the first request: makes the tables where that is ours to do (Azurite), and begins what needs not be waited for. */
  readonly prepare: () => Promise<void>;
}

/** Builds everything from the settings. The commit, where it is known, is the one that GET /health names. */
export function compose(config: Config, services: readonly Service[], commit?: string): Composition {
  const credential = () => managedIdentity(config.clientId);
  const tables = new Map(
    services.map((service) => [service, connectTable({ tables: config.tables, name: service.name }, credential)]),
  );
  const providers = new Map([...tables].map(([service, table]) => [service, providerOf(config, service, table)]));
  const vault = tokenVault(config);
  const callers = authenticator(vault, { requests: limiterOf(config.rate), failures: limiterOf(config.failures) });
  const storage = [...tables.values()].map((table): Dependency => ({ name: 'storage', check: () => answers(table) }));

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
    else void Promise.allSettled(published); // what an outage prevents is written by the next start
  }

  async function maintainAll(log: (record: string) => void): Promise<void> {
    const keep = keptFor(config.historyDays, config.brake);
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

/** Node loads what Request and Response are made of at their first use, which is most of what a first request costs: done while the host starts. */
function loadFetch(): void {
  new Response(null, { headers: new Request('http://localhost').headers });
}

const limiterOf = (rate: Rate | undefined): RateLimiter => (rate ? rateLimit(rate) : unlimited);

/** Whether a table answers: that there is no such row is an answer. */
async function answers(table: TableClient): Promise<void> {
  await startCalls().read((abortSignal) => table.getEntity('~health', '~health', { abortSignal }));
}
