import { DefaultAzureCredential } from '@azure/identity';
import type { Service } from '../../shared/services/service.ts';
import { services as declared } from '../../shared/services/services.ts';
import { isAccountUrl } from '../../shared/store/connect.ts';
import { compareDirectory } from '../tenants/compare-directory.ts';
import { type EraseContext, erase } from '../tenants/erase.ts';
import { exportTenant } from '../tenants/export.ts';
import { requireTenant } from '../tenants/known-tenant.ts';
import { list } from '../tenants/list.ts';
import { showRecord, showTenant } from '../tenants/show.ts';
import { explainReadFailure, openTenantData, type TenantData } from '../tenants/tenant-data.ts';
import { openTable } from '../tenants/tenant-table.ts';
import { tokensOf } from '../tenants/tenant-tokens.ts';
import { openVault, type Vault } from '../tokens/vault.ts';
import { command, processContext, runProgram } from './shared/command.ts';
import { CommandError } from './shared/command-error.ts';
import { askOnTerminal } from './shared/confirmation.ts';
import { readService, readTenant, services, tablesOption, vaultOptionIfNamed } from './shared/option-values.ts';
import { optional, type Values } from './shared/options.ts';
import { describeTarget, targetOf } from './shared/target.ts';

const anyService = services.join('|');

const commandLine = {
  name: 'tenant',
  synopsis: [
    'list',
    `show --tenant <name> [--service ${anyService}] [--find <id, externalId or user name>] [--json]`,
    `compare --tenant <name> --service ${anyService} --directory <export.json> [--json]`,
    'export --tenant <name> > <file>',
    'erase --tenant <name>',
  ],
  actions: {
    list: "shows the state of each tenant's tokens and how many resources it has",
    show: "shows a tenant's resources, changes per day, brake and token; with --find, one resource and its history",
    compare: 'compares an export of the directory with the stored resources; the exit code is 1 if they differ',
    export: 'writes everything that is stored for a tenant, except its tokens, as JSON lines',
    erase: 'for a bank that leaves: permanently removes its tokens, then everything that it provisioned',
  },
  options: {
    tenant: { read: optional(readTenant) },
    service: { help: 'the service (default with show: all services)', read: readServiceFor },
    find: { help: 'with show: the resource with this id, externalId or user name', read: optional(readFind) },
    directory: {
      help: 'with compare: an export of the directory, in the format of npm run provision',
      read: readPathFor,
    },
    json: { flag: true, help: 'with show and compare: print JSON, for scripts' },
    yes: { flag: true, help: 'with erase: do not ask for confirmation (for scripts)' },
    tables: tablesOption,
    vault: vaultOptionIfNamed,
  },
} as const;

function readServiceFor(text: string | undefined, option: string, action: string): Service | undefined {
  return text === undefined && action !== 'compare' ? undefined : readService(text, option);
}

function readPathFor(text: string | undefined, option: string, action: string): string | undefined {
  if (action !== 'compare' || text?.trim()) return text;
  throw new CommandError(`${option} has to name an export of the directory (docs/provision.md).`);
}

function readFind(text: string | undefined, option: string): string {
  if (text?.trim()) return text.trim();
  throw new CommandError(`${option} must be an id, an externalId or a user name.`);
}

type Action = keyof typeof commandLine.actions;
type TenantValues = Values<typeof commandLine.options, Action>;

/** The options that each action has in addition to --tables and --vault. */
const optionsOf: Readonly<Record<Action, readonly string[]>> = {
  list: [],
  show: ['tenant', 'service', 'find', 'json'],
  compare: ['tenant', 'service', 'directory', 'json'],
  export: ['tenant'],
  erase: ['tenant', 'yes'],
};

/** Lists tenants, or shows, compares, exports or erases one. Resolves to the exit code: 0, or 1 if something differs, was refused or could not be finished. */
export const tenant = command(commandLine, async (values: TenantValues, context: EraseContext) => {
  const { action, tenant: name, yes, tables: account, vault: uri } = values;
  refuseOthers(values);
  const target = targetOf({ tables: account, vault: uri }, context.environment);
  if (uri === undefined && isAccountUrl(account)) requireVault(action);
  const vault = () => (uri === undefined ? undefined : openVault(uri, context));
  const tables = () => services.map((service) => openTable(account, service, context));
  if (action === 'list') return list(tables(), vault(), context);
  const given = { ...values, tenant: readTenant(name) };
  if (action === 'erase') {
    const erasure = { tenant: given.tenant, yes, vault: vault(), tables: tables() };
    context.output.write(describeTarget(target));
    return erase(erasure, context);
  }
  await requireTenant(given.tenant, target, context);
  return readOne(action, { ...given, vault: vault() }, context);
});

/** The options that every action has. */
const commonOptions: readonly string[] = ['tables', 'vault'];

/** Throws CommandError if an option was given that only other actions have. */
function refuseOthers({ action, ...values }: TenantValues): void {
  for (const [option, value] of Object.entries(values)) {
    if (value === undefined || value === false || commonOptions.includes(option) || optionsOf[action].includes(option))
      continue;
    const others = Object.entries(optionsOf).flatMap(([other, options]) => (options.includes(option) ? [other] : []));
    throw new CommandError(`--${option} can be used with ${others.join(', ')}, not with ${action}.`);
  }
}

/** Throws CommandError for an action that cannot work without the tenant's tokens. */
function requireVault(action: Action): void {
  const reasons: Partial<Record<Action, string>> = {
    erase: "erase has to remove the tenant's tokens before its rows",
    export: "export includes the state of the tenant's tokens",
  };
  const reason = reasons[action];
  if (reason === undefined) return;
  throw new CommandError(`No key vault is named, and ${reason}: set SCIM_KEY_VAULT_URI or use --vault.`);
}

/** The options of an action that reads one tenant. */
interface Given extends Omit<TenantValues, 'tenant' | 'vault'> {
  readonly tenant: string;
  readonly vault: Vault | undefined;
}

/** Shows, compares or exports one tenant. */
async function readOne(action: keyof typeof reading, given: Given, context: EraseContext): Promise<unknown> {
  const { tenant: name, service: only, tables } = given;
  const wanted = declared.filter((service) => only === undefined || service === only);
  const perService = wanted.map((service) => openTenantData({ tables, service, tenant: name }, context));
  try {
    return await reading[action](perService, given, context);
  } catch (error) {
    throw explainReadFailure(error);
  }
}

/** Undefined if no vault is named. */
const secretsOf = async ({ tenant: name, vault }: Given) => vault && tokensOf(name, services, vault).read();

const reading = {
  async show(perService: readonly TenantData[], given: Given, { output }: EraseContext) {
    const { find, json } = given;
    if (find !== undefined) return showRecord({ perService, find, json }, output);
    return showTenant({ perService, json, secrets: await secretsOf(given) }, output);
  },
  async compare([data]: readonly TenantData[], { directory, json }: Given, context: EraseContext) {
    if (!data || directory === undefined) throw new Error('compare always has a service and a directory.');
    return compareDirectory({ data, directory, json }, context);
  },
  async export(perService: readonly TenantData[], given: Given, { output, now }: EraseContext) {
    return exportTenant({ tenant: given.tenant, perService, secrets: await secretsOf(given), now: now() }, output);
  },
} as const;

if (import.meta.main)
  void runProgram((argv) =>
    tenant(argv, { ...processContext, credential: () => new DefaultAzureCredential(), ask: askOnTerminal }),
  );
