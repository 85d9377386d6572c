import type { Service } from '../../shared/services/service.ts';
import { services } from '../../shared/services/services.ts';
import { CommandError } from '../commands/console/command-error.ts';
import { parseDuration } from '../commands/console/duration.ts';
import { parseOptions } from '../commands/console/parse-options.ts';
import { readService } from '../commands/console/services.ts';
import { readTenant } from '../commands/console/tenant-name.ts';
import { readVault } from '../commands/token/arguments.ts';
import { readAddress, readGraphUrl } from './addresses.ts';
import { type SignIn, signIns } from './sign-in.ts';
import { type Environment, environments, isEnvironment } from './tenant-urls.ts';
import { usage } from './usage.ts';

export const actions = [
  'plan',
  'apply',
  'check',
  'test',
  'on-demand',
  'pause',
  'start',
  'restart',
  'remove',
  'logs',
] as const;
export type Action = (typeof actions)[number];

export interface EntraOptions {
  readonly action: Action;
  /** The id or a domain of the bank's Entra tenant. */
  readonly entraTenant: string;
  readonly environment: Environment;
  /** What the Tenant URLs begin with. */
  readonly base: string;
  readonly services: readonly Service[];
  /** The bank's name at BookMe. */
  readonly tenant: string | undefined;
  readonly servicePrincipal: string | undefined;
  readonly name: string | undefined;
  readonly notify: string | undefined;
  readonly deleteThreshold: number | undefined;
  readonly assign: readonly string[];
  /** The user to provision on demand. */
  readonly user: string | undefined;
  readonly issueToken: boolean;
  /** Whether a token is entered although one is stored. */
  readonly newToken: boolean;
  readonly vault: string | undefined;
  readonly allowDeletes: boolean;
  readonly failed: boolean;
  /** How far back the log is read, in milliseconds. */
  readonly since: number;
  /** The resource id of a Log Analytics workspace. */
  readonly workspace: string | undefined;
  readonly yes: boolean;
  readonly json: boolean;
  readonly signIn: SignIn;
  readonly clientId: string | undefined;
  /** With the version: https://graph.microsoft.com/v1.0. */
  readonly graphUrl: string;
  readonly armUrl: string;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = {
  'entra-tenant': text,
  environment: text,
  service: text,
  tenant: text,
  'service-principal': text,
  name: text,
  notify: text,
  'delete-threshold': text,
  assign: { type: 'string', multiple: true },
  user: text,
  'issue-token': flag,
  'new-token': flag,
  vault: text,
  'allow-deletes': flag,
  failed: flag,
  since: text,
  'to-workspace': text,
  yes: flag,
  json: flag,
  'sign-in': text,
  'client-id': text,
  'graph-url': text,
  'arm-url': text,
  'service-url': text,
  help: flag,
} as const;

type Values = ReturnType<typeof parse>['values'];
const parse = (argv: readonly string[]) => parseOptions(argv, options, usage);

/** Which options go with some actions only. */
const belongs: Readonly<Record<string, readonly Action[]>> = {
  notify: ['plan', 'apply', 'check'],
  'delete-threshold': ['plan', 'apply', 'check'],
  assign: ['plan', 'apply', 'check'],
  user: ['apply', 'on-demand'],
  'issue-token': ['plan', 'apply'],
  'new-token': ['plan', 'apply'],
  'allow-deletes': ['restart'],
  failed: ['logs'],
  since: ['logs'],
  'to-workspace': ['plan', 'apply', 'check', 'logs'],
};

/** Reads the command line; 'help' where it asks for that. Throws CommandError. */
export function readArguments(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): EntraOptions | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help) return 'help';
  const action = readAction(positionals);
  refuseForeign(action, values);
  const environmentName = readEnvironment(values.environment);
  const chosen =
    values.service === undefined || values.service === 'all' ? services : [readService(values.service, '--service')];
  refuseAmbiguous(values, chosen);
  return {
    action,
    entraTenant: readEntraTenant(values['entra-tenant']),
    environment: environmentName,
    base: values['service-url'] ? readAddress(values['service-url'], '--service-url') : environments[environmentName],
    services: chosen,
    ...readToken(values, environment),
    servicePrincipal: values['service-principal'],
    name: values.name,
    notify: values.notify === undefined ? undefined : readMail(values.notify),
    deleteThreshold: values['delete-threshold'] === undefined ? undefined : readThreshold(values['delete-threshold']),
    assign: values.assign ?? [],
    user: readUser(action, values.user),
    allowDeletes: values['allow-deletes'] === true,
    failed: values.failed === true,
    since: parseDuration(values.since ?? '7d', '--since'),
    workspace: values['to-workspace'] === undefined ? undefined : readWorkspace(values['to-workspace']),
    yes: values.yes === true,
    json: values.json === true,
    ...readSignIn(values),
    graphUrl: readGraphUrl(values['graph-url'] ?? 'https://graph.microsoft.com'),
    armUrl: readAddress(values['arm-url'] ?? 'https://management.azure.com', '--arm-url'),
  };
}

function readAction([word, ...more]: readonly string[]): Action {
  const action = actions.find((one) => one === word);
  if (action && more.length === 0) return action;
  throw new CommandError(`Say one of ${actions.join(', ')}.\n${usage}`);
}

function refuseForeign(action: Action, values: Values): void {
  const given = Object.entries(belongs).find(([name, own]) => name in values && !own.includes(action));
  if (given) throw new CommandError(`--${given[0]} goes with ${given[1].join(', ')} only.`);
}

/** What is said of one application cannot be meant for two. */
function refuseAmbiguous(values: Values, chosen: readonly Service[]): void {
  const given = (['service-principal', 'name', 'assign', 'user'] as const).find((name) => values[name] !== undefined);
  if (given && chosen.length > 1)
    throw new CommandError(
      `--${given} is about one application: say with --service which of ${services.map(({ name }) => name).join(', ')} it is.`,
    );
}

function readEntraTenant(value: string | undefined): string {
  if (value && /^[a-z0-9][a-z0-9.-]*$/i.test(value)) return value;
  throw new CommandError(
    "--entra-tenant has to be the id of the bank's Entra tenant, or one of its domains such as contoso.com.",
  );
}

function readEnvironment(value: string | undefined): Environment {
  if (isEnvironment(value)) return value;
  throw new CommandError(`--environment has to be one of ${Object.keys(environments).join(', ')}.`);
}

function readToken(values: Values, environment: Readonly<Record<string, string | undefined>>) {
  const issueToken = values['issue-token'] === true;
  const tenant = values.tenant === undefined && !issueToken ? undefined : readTenant(values.tenant);
  const vault = issueToken ? readVault(values.vault ?? environment['SCIM_KEY_VAULT_URI']) : undefined;
  return { tenant, issueToken, vault, newToken: values['new-token'] === true };
}

function readMail(value: string): string {
  if (/^[^\s@,;]+@[^\s@,;]+$/.test(value)) return value;
  throw new CommandError('--notify has to be one mail address, best that of a group of people.');
}

function readThreshold(value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new CommandError('--delete-threshold has to be a whole number from 1 on.');
}

function readUser(action: Action, user: string | undefined): string | undefined {
  if (action !== 'on-demand' || user) return user;
  throw new CommandError(
    'on-demand needs --user: the user principal name or the object id of one user, and --service.',
  );
}

function readWorkspace(value: string): string {
  if (
    /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/microsoft\.operationalinsights\/workspaces\/[^/]+$/i.test(
      value,
    )
  )
    return value;
  throw new CommandError(
    '--to-workspace has to be the resource id of a Log Analytics workspace: /subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.OperationalInsights/workspaces/<name>.',
  );
}

function readSignIn(values: Values): { readonly signIn: SignIn; readonly clientId: string | undefined } {
  const clientId = values['client-id'];
  const chosen = values['sign-in'] ?? (clientId === undefined ? 'azure-cli' : 'browser');
  const signIn = signIns.find((one) => one === chosen);
  if (signIn) return { signIn, clientId };
  throw new CommandError(`--sign-in has to be one of ${signIns.join(', ')}.`);
}
