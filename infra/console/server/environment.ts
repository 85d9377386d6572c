import { auditTable } from '../../../shared/audit/audit.ts';
import { EVERY_SERVICE } from '../../../shared/auth/token-vault.ts';
import type { Service } from '../../../shared/services/service.ts';
import { services } from '../../../shared/services/services.ts';
import { connectTable } from '../../../shared/store/connect.ts';
import type { AzureContext } from '../../commands/shared/command.ts';
import { opens } from '../../tenants/list.ts';
import { openTenantData, PATIENCE } from '../../tenants/tenant-data.ts';
import { openTable } from '../../tenants/tenant-table.ts';
import { readSecrets, type TenantSecret } from '../../tokens/list.ts';
import type { Vault } from '../../tokens/vault.ts';
import { type Background, inBackground } from './background.ts';
import { type Followed, follow } from './followed.ts';
import { keyOf, type RequestLog } from './request-log.ts';

/** The environment that the console shows. */
export interface Environment {
  /** The name of the environment, as the page shows it. */
  readonly place: string;
  readonly now: () => Date;
  readonly log: RequestLog | undefined;
  /** Every tenant's services, in the order in which the page shows them. */
  readonly followed: () => readonly Followed[];
  readonly find: (service: string, tenant: string) => Followed | undefined;
  /** Looks for new tenants, unless it just did. */
  readonly discover: () => Promise<void>;
  /** Undefined if no key vault is named. Its value is undefined until the key vault has been read. */
  readonly secrets: Background<readonly TenantSecret[] | undefined> | undefined;
  /** Findings by service and tenant; undefined until the first audit has ended. */
  readonly findings: Background<Findings | undefined>;
  /** Commands that provision a sample directory, by service and tenant. */
  readonly commands: Readonly<Record<string, string>>;
}

/** How many rows of each tenant's service break a rule. */
export type Findings = ReadonlyMap<string, number>;

/** What the environment is read from. */
export interface EnvironmentParts extends Pick<AzureContext, 'credential' | 'now'> {
  /** An account's address or a connection string. */
  readonly tables: string;
  readonly place: string;
  /** Tenants that are known before they have any rows. */
  readonly tenants: readonly string[];
  readonly vault: Vault | undefined;
  readonly log: RequestLog | undefined;
  readonly commands: Readonly<Record<string, string>>;
}

const MINUTE = 60_000;
/** How often tenants, secrets and findings are renewed. */
const DISCOVERY = MINUTE / 6;
const SECRETS = 5 * MINUTE;
/** The longest interval, because an audit reads all rows. */
const AUDIT = 10 * MINUTE;
const scopes = [...services.map(({ name }) => name), EVERY_SERVICE];

/** Opens an environment for reading. Nothing is read before the page requests it. */
export function openEnvironment(parts: EnvironmentParts): Environment {
  const { tables, vault, now } = parts;
  const followed = new Map<string, Followed>();

  function add(service: Service, tenant: string): void {
    const key = keyOf(service.name, tenant);
    if (!followed.has(key)) followed.set(key, follow(openTenantData({ tables, service, tenant }, parts)));
  }

  const tenants = inBackground(undefined, DISCOVERY, async () => {
    for (const service of services) {
      const listed = await openTable(tables, service.name, parts).tenants();
      for (const tenant of [...parts.tenants, ...listed]) add(service, tenant);
    }
    return undefined;
  });

  /** A bank with a token but without rows is a tenant too. */
  async function readTokens(from: Vault): Promise<readonly TenantSecret[]> {
    const secrets = await readSecrets(from, scopes);
    for (const service of services)
      for (const secret of secrets) if (opens(secret, service.name)) add(service, secret.tenant);
    return secrets;
  }

  async function discover(): Promise<void> {
    await tenants.touch();
    const failure = tenants.failure();
    if (failure !== undefined) throw failure;
  }

  return {
    place: parts.place,
    now,
    log: parts.log,
    commands: parts.commands,
    followed: () => [...followed.values()].toSorted(byTenant),
    find: (service, tenant) => followed.get(keyOf(service, tenant)),
    discover,
    secrets: vault && inBackground<readonly TenantSecret[] | undefined>(undefined, SECRETS, () => readTokens(vault)),
    findings: inBackground<Findings | undefined>(undefined, AUDIT, () => audit(parts)),
  };
}

const byTenant = ({ data: { tenant: a } }: Followed, { data: { tenant: b } }: Followed): number =>
  a < b ? -1 : Number(a > b);

async function audit({ tables, credential }: EnvironmentParts): Promise<Findings> {
  const counts = new Map<string, number>();
  for (const { name, resourceType } of services) {
    const table = connectTable({ tables, name }, credential);
    for (const { tenant } of await auditTable(table, resourceType, { patience: PATIENCE })) {
      const key = keyOf(name, tenant);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}
