import { CommandError } from '../commands/shared/command-error.ts';
import { parseOnlyOptions } from '../commands/shared/parse-options.ts';
import { type Dialect, dialects, isDialect } from './dialects.ts';
import { defaultStatePath } from './state-path.ts';
import { flag, hasFlag, parseTenantUrl, type TenantUrl, withFlag } from './tenant-url.ts';

export interface ProvisionOptions {
  readonly tenantUrl: TenantUrl;
  readonly token: string;
  /** Path of the directory export. */
  readonly directory: string;
  readonly dialect: Dialect;
  /** Path of the file that remembers what the last cycle left. */
  readonly state: string;
  /** The object id of the one user to provision, instead of a cycle. */
  readonly onDemand: string | undefined;
}

export const usage = `Usage: npm run provision -- --url <Tenant URL> --token <Secret Token> --directory <file.json>
  --url         where the SCIM service is, such as http://localhost:7071/advisors/scim
  --token       the Secret Token of that service and tenant
  --directory   the export of the directory, such as test/directories/advisors.json
  --dialect     how Entra writes a PATCH: ${dialects.join(', ')} (scim, or flagged where the URL has ?${flag})
  --state       what the last cycle left (a file in .provision, named for service and tenant)
  --on-demand   the object id of one user: provisions that user alone and shows each step`;

const options = {
  url: { type: 'string' },
  token: { type: 'string' },
  directory: { type: 'string' },
  dialect: { type: 'string' },
  state: { type: 'string' },
  'on-demand': { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Reads the command line; 'help' where it asks for that. Throws CommandError, and never repeats a value that may be a token. */
export function readArguments(argv: readonly string[]): ProvisionOptions | 'help' {
  const values = parse(argv);
  if (values.help) return 'help';
  const token = readToken(required(values.token, '--token <Secret Token>'));
  const given = parseTenantUrl(required(values.url, '--url <Tenant URL>'));
  const dialect = readDialect(values.dialect ?? (hasFlag(given) ? 'flagged' : 'scim'));
  return {
    tenantUrl: dialect === 'flagged' && !values['on-demand'] ? withFlag(given) : given,
    token,
    directory: required(values.directory, '--directory <file.json>'),
    dialect,
    state: values.state ?? defaultStatePath(given, token),
    onDemand: values['on-demand'],
  };
}

const parse = (argv: readonly string[]) => parseOnlyOptions(argv, options, usage);

function required(value: string | undefined, option: string): string {
  if (value) return value;
  throw new CommandError(`${option} is missing.\n${usage}`);
}

function readToken(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new CommandError('--token has to be the Secret Token as it was handed out: no blanks, no line breaks.');
}

function readDialect(text: string): Dialect {
  if (isDialect(text)) return text;
  throw new CommandError(`--dialect has to be one of ${dialects.join(', ')}.`);
}
