import type { Service } from '../../../shared/services/service.ts';
import { CommandError } from '../shared/command-error.ts';
import { parseDuration } from '../shared/duration.ts';
import { parseOptions } from '../shared/parse-options.ts';
import { readService, services } from '../shared/services.ts';
import { readTenant } from '../shared/tenant-name.ts';

export interface BrakeOptions {
  readonly action: 'status' | 'release';
  readonly service: Service;
  readonly tenant: string;
  /** How long everything is let through, in milliseconds. */
  readonly time: number;
  /** Where the tables are. */
  readonly tables: string;
}

export const usage = `Usage: npm run brake -- status|release --service ${services.join('|')} --tenant <name> [--for 24h]
  status      shows how many active resources were disabled or deleted within the window, the limit, and whether the brake holds
  release     lets everything through for a time: 24h unless --for says otherwise (such as 2h or 7d)
  --tables    the storage account, https://<name>.table.core.windows.net (the setting SCIM_TABLES)`;

/** Reads the command line; 'help' where it asks for that. Throws CommandError. */
export function readArguments(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): BrakeOptions | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help) return 'help';
  return {
    action: readAction(positionals),
    service: readService(values.service, '--service'),
    tenant: readTenant(values.tenant),
    time: readTime(values.for ?? '24h'),
    tables: readTables(values.tables ?? environment['SCIM_TABLES']),
  };
}

const text = { type: 'string' } as const;
const options = { service: text, tenant: text, for: text, tables: text, help: { type: 'boolean' } } as const;

const parse = (argv: readonly string[]) => parseOptions(argv, options, usage);

function readAction([word, ...more]: readonly string[]): 'status' | 'release' {
  if ((word === 'status' || word === 'release') && more.length === 0) return word;
  throw new CommandError(`Say status or release.\n${usage}`);
}

function readTime(text: string): number {
  const time = parseDuration(text, '--for');
  if (time > 0) return time;
  throw new CommandError('--for has to be longer than 0.');
}

function readTables(text: string | undefined): string {
  if (text?.trim()) return text.trim();
  throw new CommandError(
    'No tables are named: set SCIM_TABLES, or say --tables https://<name>.table.core.windows.net.',
  );
}
