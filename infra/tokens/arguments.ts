import { CommandError } from '../commands/shared/command-error.ts';
import { parseDuration } from '../commands/shared/duration.ts';
import { parseOptions } from '../commands/shared/parse-options.ts';
import { services } from '../commands/shared/services.ts';
import { readTenant } from '../commands/shared/tenant-name.ts';

const actions = ['issue', 'list', 'rotate', 'revoke'] as const;
type Action = (typeof actions)[number];

export interface ListOptions {
  readonly action: 'list';
  readonly services: readonly string[];
  /** Undefined: all tenants. */
  readonly tenant: string | undefined;
  readonly vault: string;
}

export interface ChangeOptions {
  readonly action: Exclude<Action, 'list'>;
  readonly services: readonly string[];
  readonly tenant: string;
  readonly vault: string;
  /** How long the old token goes on, in milliseconds. */
  readonly overlap: number;
  /** How long the new token lives, in milliseconds; undefined: until it is revoked. */
  readonly expires: number | undefined;
}

export const usage = `Usage: npm run token -- issue|list|rotate|revoke --service ${services.join('|')}|all --tenant <name>
  issue       makes the Secret Token of a tenant that has none, and prints it once
  rotate      makes a new one; the old one goes on for --overlap
  revoke      disables every token of the tenant
  list        shows what there is, never the tokens; of all tenants and services where none is named
  --overlap   with rotate: how long the old token goes on: 7d unless said otherwise, 0 to end it now
  --expires   with issue and rotate: how long the new token lives, such as 180d; without it, until it is revoked
  --vault     the key vault, https://<name>.vault.azure.net (the setting SCIM_KEY_VAULT_URI)`;

const options = {
  service: { type: 'string' },
  tenant: { type: 'string' },
  overlap: { type: 'string' },
  expires: { type: 'string' },
  vault: { type: 'string' },
  help: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>['values'];

/** Reads the command line; 'help' where it asks for that. Throws CommandError. */
export function readArguments(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ListOptions | ChangeOptions | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help) return 'help';
  const action = readAction(positionals);
  refuseForeign(action, values);
  const vault = () => readVault(values.vault ?? environment['SCIM_KEY_VAULT_URI']);
  if (action === 'list') {
    const tenant = values.tenant === undefined ? undefined : readTenant(values.tenant);
    return { action, services: readServices(values.service ?? 'all'), tenant, vault: vault() };
  }
  return {
    action,
    services: readServices(values.service),
    tenant: readTenant(values.tenant),
    overlap: parseDuration(values.overlap ?? '7d', '--overlap'),
    expires: values.expires === undefined ? undefined : readExpires(values.expires),
    vault: vault(),
  };
}

const parse = (argv: readonly string[]) => parseOptions(argv, options, usage);

function readAction([word, ...more]: readonly string[]): Action {
  const action = actions.find((one) => one === word);
  if (action && more.length === 0) return action;
  throw new CommandError(`Say one of ${actions.join(', ')}.\n${usage}`);
}

function refuseForeign(action: Action, { overlap, expires }: Values): void {
  if (overlap !== undefined && action !== 'rotate') throw new CommandError('--overlap goes with rotate only.');
  if (expires !== undefined && action !== 'issue' && action !== 'rotate')
    throw new CommandError('--expires goes with issue and rotate only.');
}

function readServices(text: string | undefined): readonly string[] {
  if (text === 'all') return services;
  if (text !== undefined && services.includes(text)) return [text];
  throw new CommandError(`--service has to be one of ${services.join(', ')} or all.`);
}

function readExpires(text: string): number {
  const milliseconds = parseDuration(text, '--expires');
  if (milliseconds > 0) return milliseconds;
  throw new CommandError('--expires has to be longer than 0; leave it out for a token that does not expire.');
}

/** Reads the address of the vault. Throws CommandError. */
export function readVault(text: string | undefined): string {
  if (!text?.trim())
    throw new CommandError(
      'No key vault is named: set SCIM_KEY_VAULT_URI, or say --vault https://<name>.vault.azure.net.',
    );
  const url = URL.parse(text.trim());
  if (url?.protocol === 'https:') return url.origin;
  throw new CommandError('The key vault has to be an https address, such as https://<name>.vault.azure.net.');
}
