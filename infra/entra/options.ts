import type { Service } from '../../shared/services/service.ts';
import { services } from '../../shared/services/services.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { readService, readTenant, readVault } from '../commands/shared/option-values.ts';
import type { Environment as ProcessEnvironment } from '../commands/shared/options.ts';
import { targetOf } from '../commands/shared/target.ts';
import { readAddress, readGraphUrl } from './addresses.ts';
import { type SignIn, signIns } from './sign-in.ts';
import { type Environment, environments, isEnvironment } from './tenant-urls.ts';

/** The actions of the command. */
export type Action =
  | 'plan'
  | 'apply'
  | 'check'
  | 'test'
  | 'on-demand'
  | 'pause'
  | 'start'
  | 'restart'
  | 'remove'
  | 'logs';

/** The options of the command line, as they were parsed. */
export interface GivenOptions {
  readonly action: Action;
  readonly 'entra-tenant': string;
  readonly environment: Environment;
  readonly service: readonly Service[];
  readonly tenant: string | undefined;
  readonly 'service-principal': string | undefined;
  readonly name: string | undefined;
  readonly notify: string | undefined;
  readonly 'delete-threshold': number | undefined;
  readonly assign: readonly string[];
  readonly user: string | undefined;
  readonly 'issue-token': boolean;
  readonly 'new-token': boolean;
  readonly vault: string | undefined;
  readonly 'allow-deletes': boolean;
  readonly failed: boolean;
  readonly since: number;
  readonly 'to-workspace': string | undefined;
  readonly yes: boolean;
  readonly json: boolean;
  readonly 'sign-in': string | undefined;
  readonly 'client-id': string | undefined;
  readonly 'graph-url': string;
  readonly 'arm-url': string;
  readonly 'service-url': string | undefined;
}

/** The checked options: what the command does, and how it signs in. */
export interface EntraOptions {
  readonly action: Action;
  /** The id or a domain of the bank's Entra tenant. */
  readonly entraTenant: string;
  readonly environment: Environment;
  /** The start of the Tenant URLs. */
  readonly base: string;
  readonly services: readonly Service[];
  /** The bank's tenant name at BookMe. */
  readonly tenant: string | undefined;
  readonly servicePrincipal: string | undefined;
  readonly name: string | undefined;
  readonly notify: string | undefined;
  readonly deleteThreshold: number | undefined;
  /** The users and groups to assign, as they were given. */
  readonly assign: readonly string[];
  /** The user to provision on demand. */
  readonly user: string | undefined;
  /** The key vault in which to make a token; undefined to make none. */
  readonly issueTo: string | undefined;
  /** Whether to enter a new token even if one is stored. */
  readonly newToken: boolean;
  readonly allowDeletes: boolean;
  readonly failed: boolean;
  /** How far back to read the log, in milliseconds. */
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

/** The actions of each option that not every action has. */
const actionsOf: Readonly<Partial<Record<keyof GivenOptions, readonly Action[]>>> = {
  notify: ['plan', 'apply', 'check'],
  'delete-threshold': ['plan', 'apply', 'check'],
  assign: ['plan', 'apply', 'check'],
  user: ['apply', 'on-demand'],
  'issue-token': ['plan', 'apply'],
  'new-token': ['plan', 'apply'],
  'allow-deletes': ['restart'],
  failed: ['logs'],
  'to-workspace': ['plan', 'apply', 'check', 'logs'],
};

/** The options that describe one application. */
const forOneApplication = ['service-principal', 'name', 'assign', 'user'] as const;

/** Checks the options of a command line. Throws CommandError if they contradict each other. */
export function optionsOf(given: GivenOptions, environment: ProcessEnvironment): EntraOptions {
  refuseMisplaced(given);
  refuseAmbiguous(given);
  if (given.action === 'on-demand' && !given.user)
    throw new CommandError('on-demand needs --user: the user principal name or the object id of one user.');
  const { action, service, tenant, name, notify, assign, user, failed, since, yes, json } = given;
  return {
    ...{ action, services: service, tenant, name, notify, assign, user, failed, since, yes, json },
    entraTenant: given['entra-tenant'],
    environment: given.environment,
    base: given['service-url'] ?? environments[given.environment],
    servicePrincipal: given['service-principal'],
    deleteThreshold: given['delete-threshold'],
    issueTo: vaultFor(given, environment),
    newToken: given['new-token'],
    allowDeletes: given['allow-deletes'],
    workspace: given['to-workspace'],
    ...signInOf(given),
    graphUrl: given['graph-url'],
    armUrl: given['arm-url'],
  };
}

function refuseMisplaced(given: GivenOptions): void {
  for (const [name, own] of Object.entries(actionsOf))
    if (isGiven(given[name as keyof GivenOptions]) && !own.includes(given.action))
      throw new CommandError(`--${name} can be used only with ${own.join(', ')}.`);
}

/** Throws CommandError if such an option is used with several services. */
function refuseAmbiguous(given: GivenOptions): void {
  const option = forOneApplication.find((name) => isGiven(given[name]));
  if (option && given.service.length > 1)
    throw new CommandError(`--${option} applies to one application only: choose it with --service ${serviceNames}.`);
}

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);

/** The key vault for --issue-token. Throws CommandError if its name or the settings show that it belongs to a different environment. */
function vaultFor(given: GivenOptions, environment: ProcessEnvironment): string | undefined {
  if (!given['issue-token']) return undefined;
  readTenant(given.tenant);
  const vault = readVault(given.vault ?? environment['SCIM_KEY_VAULT_URI']);
  const target = targetOf({ tables: undefined, vault }, environment);
  if ([undefined, 'local', given.environment].includes(target.environment)) return vault;
  throw new CommandError(
    `--environment is ${given.environment}, but the key vault ${target.vaultName} belongs to ${target.environment}, according to its name or SCIM_PUBLIC_URL. Nothing was done.`,
  );
}

function signInOf(given: GivenOptions): { readonly signIn: SignIn; readonly clientId: string | undefined } {
  const clientId = given['client-id'];
  const chosen = given['sign-in'] ?? (clientId === undefined ? 'azure-cli' : 'browser');
  const signIn = signIns.find((one) => one === chosen);
  if (signIn) return { signIn, clientId };
  throw new CommandError(`--sign-in must be one of ${signIns.join(', ')}.`);
}

/** The names of the services, for the usage and for messages. */
export const serviceNames = services.map(({ name }) => name).join('|');

/** Reads --service: the named service, or all services if none is named. */
export const readServices = (text: string | undefined, option: string): readonly Service[] =>
  text === undefined || text === 'all' ? services : [readService(text, option)];

/** Reads the id or a domain of an Entra tenant. Throws CommandError. */
export function readEntraTenant(text: string | undefined, option: string): string {
  if (text && /^[a-z0-9][a-z0-9.-]*$/i.test(text)) return text;
  throw new CommandError(
    `${option} must be the id of the bank's Entra tenant, or one of its domains such as contoso.com.`,
  );
}

/** Reads the name of an environment. Throws CommandError. */
export function readEnvironment(text: string | undefined, option: string): Environment {
  if (isEnvironment(text)) return text;
  throw new CommandError(`${option} must be one of ${Object.keys(environments).join(', ')}.`);
}

/** Reads one mail address. Throws CommandError. */
export function readMail(text: string | undefined, option: string): string {
  if (text && /^[^\s@,;]+@[^\s@,;]+$/.test(text)) return text;
  throw new CommandError(`${option} must be one mail address, preferably of a group.`);
}

/** Reads the number of deletions. Throws CommandError. */
export function readThreshold(text: string | undefined, option: string): number {
  if (text && /^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new CommandError(`${option} must be a whole number of at least 1.`);
}

/** Reads the resource id of a Log Analytics workspace. Throws CommandError. */
export function readWorkspace(text: string | undefined, option: string): string {
  const form =
    /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/microsoft\.operationalinsights\/workspaces\/[^/]+$/i;
  if (text && form.test(text)) return text;
  throw new CommandError(
    `${option} must be the resource id of a Log Analytics workspace: /subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.OperationalInsights/workspaces/<name>.`,
  );
}

/** Reads --graph-url. Throws CommandError. */
export const readGraph = (text: string | undefined): string => readGraphUrl(text ?? 'https://graph.microsoft.com');

/** Reads --arm-url. Throws CommandError. */
export const readArm = (text: string | undefined, option: string): string =>
  readAddress(text ?? 'https://management.azure.com', option);

/** Reads --service-url. Throws CommandError. */
export const readBase = (text: string | undefined, option: string): string => readAddress(text ?? '', option);
