import { parseArgs } from 'node:util';
import { isAccountUrl } from '../../../shared/store/connect.ts';
import { CommandError } from '../console/command-error.ts';
import { services } from '../console/services.ts';
import { readTenant } from '../console/tenant-name.ts';

export interface AuditOptions {
  /** The name of the service, which is that of its table. */
  readonly table: string;
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
    table: readTable(values.table),
    tenant: values.tenant === undefined ? undefined : readTenant(values.tenant),
    repair: values.repair === true,
    tables: readTables(environment),
  };
}

function parse(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    if (positionals.length === 0) return values;
  } catch (error) {
    const { message } = error as Error; // parseArgs throws nothing else
    const [sentence] = message.split(/\.\s/);
    throw new CommandError(`${sentence}.\n${usage}`);
  }
  throw new CommandError(`There is a value without an option before it.\n${usage}`);
}

function readTable(text: string | undefined): string {
  if (text !== undefined && services.includes(text)) return text;
  throw new CommandError(`--table has to be one of ${services.join(', ')}.\n${usage}`);
}

function readTables(environment: Environment): string {
  const tables = environment['SCIM_TABLES']?.trim() ?? '';
  if (isAccountUrl(tables) || /(^|;)(AccountName|UseDevelopmentStorage)=/i.test(tables)) return tables;
  throw new CommandError(
    'SCIM_TABLES has to be set: the https address of the storage account, or a connection string.',
  );
}
