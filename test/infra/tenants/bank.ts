import { randomUUID } from 'node:crypto';
import { odata, type TableClient } from '@azure/data-tables';
import { tenant } from '../../../infra/commands/tenant.ts';
import { type Azurite, startAzurite } from '../../../infra/local/azurite.ts';
import { newToken } from '../../../shared/auth/token.ts';
import { advisors } from '../../../shared/services/advisors.ts';
import { connectTable } from '../../../shared/store/connect.ts';
import { storeOf } from '../../../shared/store/store.ts';
import { type KeyVaultStandIn, startKeyVault } from '../../stand-ins/key-vault.ts';
import type { Run } from '../tokens/run-token.ts';

/** Empty tables and an empty key vault for one test. */
export interface Ground {
  readonly tables: string;
  readonly vault: KeyVaultStandIn;
  /** Provisions the given number of resources for a tenant, each with its index rows, and a row of the brake. Gives the tenant a token. */
  readonly provision: (service: string, tenant: string, resources: number) => Promise<string>;
  /** The RowKeys of a tenant, of every kind. */
  readonly rowsOf: (service: string, tenant: string) => Promise<readonly string[]>;
  readonly table: (service: string) => TableClient;
  readonly stop: () => Promise<void>;
}

export async function openGround(): Promise<Ground> {
  const azurite: Azurite = await startAzurite();
  const vault = await startKeyVault();
  const table = (service: string) =>
    connectTable({ tables: azurite.connectionString, name: service }, () => {
      throw new Error('Azurite asks for no sign-in.');
    });
  return {
    tables: azurite.connectionString,
    vault,
    table,
    async provision(service, name, resources) {
      await fill(table(service), name, resources);
      const token = newToken(name);
      vault.secrets.set(`scim-${service}-${name}`, { value: token });
      return token;
    },
    async rowsOf(service, name) {
      const rows: string[] = [];
      const filter = odata`PartitionKey eq ${name}`;
      for await (const { rowKey } of table(service).listEntities({ queryOptions: { filter } })) rows.push(`${rowKey}`);
      return rows;
    },
    async stop() {
      await vault.stop();
      await azurite.close();
    },
  };
}

async function fill(table: TableClient, tenantName: string, resources: number): Promise<void> {
  await table.createTable();
  const store = storeOf({ table, type: advisors.resourceType, now: () => new Date(), newId: randomUUID })(
    tenantName,
    'test',
  );
  for (let index = 0; index < resources; index += 1) {
    await store.insert({ userName: `user-${index}@contoso.example`, externalId: randomUUID(), active: true });
  }
  await table.createEntity({ partitionKey: tenantName, rowKey: '~changes.brake' });
}

/** The context of the command: by default the ground's tables and key vault, the right name typed, and no real pauses. */
export interface Circumstances {
  readonly environment?: Readonly<Record<string, string>>;
  readonly typed?: string;
  readonly now?: () => Date;
  readonly onWait?: () => Promise<void>;
}

/** A run, the questions that it asked, and the seconds of its pauses. */
export interface TenantRun extends Run {
  readonly questions: readonly string[];
  readonly pauses: readonly number[];
}

/** Runs the command in this process. */
export async function runTenant(
  ground: Ground,
  argv: readonly string[],
  given: Circumstances = {},
): Promise<TenantRun> {
  const { vault, tables } = ground;
  const texts = { output: '', errors: '' };
  const questions: string[] = [];
  const pauses: number[] = [];
  const code = await tenant(argv, {
    output: { write: (text) => (texts.output += text) },
    errors: { write: (text) => (texts.errors += text) },
    environment: { SCIM_TABLES: tables, SCIM_KEY_VAULT_URI: vault.uri, ...given.environment },
    now: given.now ?? (() => new Date()),
    credential: () => vault.credential,
    vaultClient: { ...vault.client, retryOptions: { maxRetries: 0 } },
    async ask(question) {
      questions.push(question);
      return given.typed ?? '';
    },
    async wait(seconds) {
      pauses.push(seconds);
      await given.onWait?.();
    },
  });
  return { code, ...texts, questions, pauses };
}
