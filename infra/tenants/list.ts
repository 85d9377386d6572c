import { EVERY_SERVICE } from '../../shared/auth/token-vault.ts';
import { textTable } from '../commands/shared/output.ts';
import { readSecrets, type TenantSecret } from '../tokens/list.ts';
import { stateOf } from '../tokens/secret-version.ts';
import type { Vault, VaultContext } from '../tokens/vault.ts';
import type { TenantTable } from './tenant-table.ts';

/** Prints every tenant that has a token or rows, one line for each service. */
export async function list(
  tables: readonly TenantTable[],
  vault: Vault | undefined,
  { output, now }: VaultContext,
): Promise<void> {
  const services = tables.map(({ service }) => service);
  const secrets = vault ? await readSecrets(vault, [...services, EVERY_SERVICE]) : [];
  const lines: string[][] = [];
  for (const table of tables) {
    for (const tenant of await tenantsOf(table, secrets)) {
      const versions = secrets
        .filter((one) => one.tenant === tenant && opens(one, table.service))
        .flatMap((one) => one.versions);
      const state = vault ? stateOf(versions, now()) : 'not known';
      lines.push([tenant, table.service, String(await table.countResources(tenant)), state]);
    }
  }
  if (lines.length === 0) output.write('There are no tenants.\n');
  else output.write(textTable([['tenant', 'service', 'resources', 'token'], ...lines.sort(byTenant)]));
  if (!vault) output.write('The tokens are unknown, because no key vault is named. Locally they are in SCIM_TOKENS.\n');
}

async function tenantsOf(
  { tenants, service }: TenantTable,
  secrets: readonly TenantSecret[],
): Promise<ReadonlySet<string>> {
  return new Set([...(await tenants()), ...secrets.filter((one) => opens(one, service)).map(({ tenant }) => tenant)]);
}

/** Whether a service accepts the tokens of a secret. */
export const opens = ({ scope }: TenantSecret, service: string): boolean =>
  scope === service || scope === EVERY_SERVICE;

const byTenant = ([a = '']: readonly string[], [b = '']: readonly string[]): number => (a < b ? -1 : Number(a > b));
