import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEnvironment } from '../../../infra/console/server/environment.ts';
import { handlerFor } from '../../../infra/console/server/handler.ts';
import { liveLog } from '../../../infra/console/server/request-log.ts';
import { serveConsole } from '../../../infra/console/server/serve.ts';
import { startAzurite } from '../../../infra/local/azurite.ts';
import { startHost } from '../../../infra/local/host.ts';
import { startService, type Tenant } from '../../service/service.ts';
import { runWith } from '../provision/run-provision.ts';

/** The service and its console, with their own tables. */
export interface ConsoleSite {
  readonly origin: string;
  readonly tables: string;
  /** The current address that lets a browser in. */
  readonly address: () => string;
  readonly tenant: Tenant;
  readonly serviceUrl: string;
  /** Provisions a directory of test/directories as npm run provision does. */
  readonly provision: (service: 'advisors' | 'rooms', directory: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const COMMAND = 'npm run provision -- --url http://localhost:7071/advisors/scim --token contoso.secret --directory …';

/** Starts Azurite, the service with one tenant, and the console. The console gets the log of the service. */
export async function openSite(): Promise<ConsoleSite> {
  const azurite = await startAzurite();
  const service = await startService(azurite.connectionString);
  const tenant = service.newTenant();
  const now = () => new Date();
  const log = liveLog(now);
  const host = await startHost({ port: 0, log: (_level, message) => log.take(message) });
  const folder = await mkdtemp(join(tmpdir(), 'console-'));
  const environment = openEnvironment({
    tables: azurite.connectionString,
    place: 'the tests',
    credential: () => {
      throw new Error('Azurite asks for no sign-in.');
    },
    now,
    tenants: [tenant.name],
    vault: undefined,
    log,
    commands: { [`advisors/${tenant.name}`]: COMMAND },
  });
  let address = '';
  const page = await serveConsole({
    handle: handlerFor(environment),
    port: 0,
    onOpened: (next) => {
      address = next;
    },
  });
  address = page.address;

  return {
    origin: new URL(address).origin,
    tables: azurite.connectionString,
    address: () => address,
    tenant,
    serviceUrl: host.url,
    async provision(name, directory) {
      const { code, errors } = await runWith([
        ...['--url', `${host.url}/${name}/scim`, '--token', tenant[name], '--state', join(folder, `${name}.json`)],
        ...['--directory', join('test/directories', `${directory}.json`)],
      ]);
      if (code !== 0) throw new Error(errors);
    },
    async close() {
      await page.close();
      await host.close();
      await service.stop();
      await azurite.close();
      await rm(folder, { recursive: true });
    },
  };
}
