import { isAccountUrl } from '../../shared/store/connect.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { parseOptions } from '../commands/shared/parse-options.ts';
import { readTenant } from '../commands/shared/tenant-name.ts';
import { readVault } from '../tokens/arguments.ts';

/** Where the tenants stand. */
interface Places {
  /** An account's https address, or a connection string. */
  readonly tables: string;
  /** Undefined: a local environment, whose tokens stand in its settings. */
  readonly vault: string | undefined;
}

export interface ListOptions extends Places {
  readonly action: 'list';
}

export interface EraseOptions extends Places {
  readonly action: 'erase';
  readonly tenant: string;
  /** Whether to erase without asking. */
  readonly yes: boolean;
}

export const usage = `Usage: npm run tenant -- list
       npm run tenant -- erase --tenant <name>
  list      shows each tenant's tokens and counts its resources
  erase     for a bank that leaves: removes its tokens, then everything it provisioned, for good
  --yes     with erase: do not ask, for scripts
  --vault   the key vault, https://<name>.vault.azure.net (the setting SCIM_KEY_VAULT_URI)
The tables are those of the setting SCIM_TABLES.`;

const options = {
  tenant: { type: 'string' },
  yes: { type: 'boolean' },
  vault: { type: 'string' },
  help: { type: 'boolean' },
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the command line; 'help' where it asks for that. Throws CommandError. */
export function readArguments(argv: readonly string[], environment: Environment): ListOptions | EraseOptions | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help) return 'help';
  const [action, ...more] = positionals;
  if ((action !== 'list' && action !== 'erase') || more.length > 0)
    throw new CommandError(`Say one of list, erase.\n${usage}`);
  const uri = values.vault ?? environment['SCIM_KEY_VAULT_URI'];
  const places = { tables: readTables(environment), vault: uri?.trim() ? readVault(uri) : undefined };
  if (action === 'list') return readList(places, values);
  if (!places.vault && isAccountUrl(places.tables))
    throw new CommandError(
      "No key vault is named, and the tenant's tokens have to go before its rows: set SCIM_KEY_VAULT_URI, or say --vault.",
    );
  return { ...places, action, tenant: readTenant(values.tenant), yes: values.yes === true };
}

const parse = (argv: readonly string[]) => parseOptions(argv, options, usage);

function readList(places: Places, { tenant, yes }: { readonly tenant?: string; readonly yes?: boolean }): ListOptions {
  if (tenant === undefined && !yes) return { ...places, action: 'list' };
  throw new CommandError('list shows all tenants: --tenant and --yes go with erase.');
}

function readTables(environment: Environment): string {
  const tables = environment['SCIM_TABLES']?.trim() ?? '';
  if (isAccountUrl(tables) || /(^|;)(AccountName|UseDevelopmentStorage)=/i.test(tables)) return tables;
  throw new CommandError(
    'SCIM_TABLES has to be set: the https address of the storage account, or a connection string.',
  );
}
