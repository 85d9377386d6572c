import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entra } from '../../../infra/commands/entra.ts';
import { type GraphStandIn, startGraph } from '../../stand-ins/graph.ts';
import { newJob } from '../../stand-ins/graph-routes.ts';
import { newApplication, type StoredApplication } from '../../stand-ins/graph-tenant.ts';
import type { KeyVaultStandIn } from '../../stand-ins/key-vault.ts';

export interface Run {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** A stand-in for a bank's tenant, and an administrator who runs the command for it. */
export interface Bank {
  readonly graph: GraphStandIn;
  /** Runs the command, by default for advisors in production. A wait only moves the clock. */
  readonly run: (action: string, ...more: readonly string[]) => Promise<Run>;
  /** The answers that are typed to the next questions. */
  readonly typed: string[];
  readonly environment: Record<string, string>;
  readonly stop: () => Promise<void>;
}

export const TOKEN = `contoso.${'A'.repeat(43)}`;
export const TENANT_URL = 'https://api.booking.andmoney.dk/advisors/scim';

export async function openBank(vault?: KeyVaultStandIn): Promise<Bank> {
  const graph = await startGraph();
  const folder = await mkdtemp(join(tmpdir(), 'entra-'));
  const environment: Record<string, string> = { GRAPH_TOKEN: graph.token, ARM_TOKEN: graph.token };
  const typed: string[] = [];
  const ask = async () => typed.shift() ?? '';
  async function run(action: string, ...more: readonly string[]): Promise<Run> {
    const output: string[] = [];
    const errors: string[] = [];
    const services = more.includes('--service') ? [] : ['--service', 'advisors'];
    const place = [
      '--entra-tenant',
      graph.tenant.domain,
      '--environment',
      'production',
      '--graph-url',
      graph.url,
      '--arm-url',
      graph.url,
    ];
    const code = await entra([action, ...place, ...services, ...more], {
      output: { write: (text) => output.push(text) },
      errors: { write: (text) => errors.push(text) },
      environment,
      now: () => new Date(graph.clock.now),
      credential: () => vault?.credential ?? { getToken: async () => null },
      ...(vault ? { vaultClient: { ...vault.client, retryOptions: { maxRetries: 0 } } } : {}),
      ask,
      askSecret: ask,
      wait: async (seconds) => {
        graph.clock.now += seconds * 1_000;
      },
      folder,
    });
    return { code, output: output.join(''), errors: errors.join('') };
  }
  const stop = async () => {
    await graph.stop();
    await rm(folder, { recursive: true });
  };
  return { graph, run, typed, environment, stop };
}

/** The result of the banks' script: the default mappings, matched only by userName, and a running job. */
export function runScript(
  { graph }: Pick<Bank, 'graph'>,
  name: string,
  tenantUrl: string,
  token = TOKEN,
): StoredApplication {
  const madeAt = graph.clock.now - 30 * 86_400_000;
  const application = newApplication(name, madeAt);
  const job = newJob(`scim.${graph.tenant.id.replaceAll('-', '')}.${application.appId}`, madeAt);
  job.state = 'Active';
  job.initialCycles = 1;
  application.jobs.push(job);
  const secrets = {
    BaseAddress: tenantUrl,
    SecretToken: token,
    SyncNotificationSettings: '{"Enabled":false,"DeleteThresholdEnabled":false}',
    SyncAll: 'false',
  };
  application.secrets.write(new Map(Object.entries(secrets)), 0);
  graph.tenant.applications.push(application);
  return application;
}

export const newObject = (name: string) => ({ id: randomUUID(), name });

/** The only item of a list. Throws if it has none or several. */
export function only<T>(items: readonly T[]): T {
  const [one, ...more] = items;
  if (one === undefined || more.length > 0) throw new Error(`There are ${items.length}, not one.`);
  return one;
}
