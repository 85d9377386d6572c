import type { Service } from '../../../shared/services/service.ts';
import { isAccountUrl } from '../../../shared/store/connect.ts';
import { CommandError } from '../shared/command-error.ts';
import { parseOnlyOptions } from '../shared/parse-options.ts';
import { readService, services } from '../shared/services.ts';
import { readTenant } from '../shared/tenant-name.ts';

export interface AuditOptions {
  /** The service whose table is read. */
  readonly service: Service;
  /** Undefined: all tenants. */
  readonly tenant: string | undefined;
  readonly repair: boolean;
  /** An account's https address, or a connection string. */
  readonly tables: string;
}

export const usage = `Usage: npm run audit -- --table ${services.join('|')} [--tenant <name>] [--repair]
  --table     the service whose table is read
  --tenant    only this tenant's rows; without it, all tenants'
  --repair    mend what is safe to mend, beside live traffic; nothing is taken from any resource
The tables are those of the setting SCIM_TABLES.
The exit code is 0 where nothing is wrong (any more), 1 where something is, 2 where the table could not be read.`;

const options = {
  table: { type: 'string' },
  tenant: { type: 'string' },
  repair: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the command line; 'help' where it asks for that. Throws CommandError. */
export function readArguments(argv: readonly string[], environment: Environment): AuditOptions | 'help' {
  const values = parse(argv);
  if (values.help) return 'help';
  return {
    service: readService(values.table, '--table'),
    tenant: values.tenant === undefined ? undefined : readTenant(values.tenant),
    repair: values.repair === true,
    tables: readTables(environment),
  };
}

const parse = (argv: readonly string[]) => parseOnlyOptions(argv, options, usage);

function readTables(environment: Environment): string {
  const tables = environment['SCIM_TABLES']?.trim() ?? '';
  if (isAccountUrl(tables) || /(^|;)(AccountName|UseDevelopmentStorage)=/i.test(tables)) return tables;
  throw new CommandError(
    'SCIM_TABLES has to be set: the https address of the storage account, or a connection string.',
  );
}
