import { isAccountUrl } from '../../../shared/store/connect.ts';
import { environments } from '../../entra/tenant-urls.ts';
import { CommandError } from './command-error.ts';
import { isTables } from './option-values.ts';
import type { Environment } from './options.ts';

/** What a command calls: an account or a connection string, and the address of a key vault; undefined for what it does not call. */
interface Given {
  readonly tables: string | undefined;
  readonly vault: string | undefined;
}

/** The storage account and the key vault of the environment that a command works on, and what is known about them. */
export interface Target extends Given {
  /** The name of the storage account. */
  readonly account: string | undefined;
  /** The name of the key vault. */
  readonly vaultName: string | undefined;
  /** The environment that they belong to; undefined if neither their names nor SCIM_PUBLIC_URL tell. */
  readonly environment: 'local' | 'test' | 'production' | undefined;
  readonly publicUrl: string | undefined;
  /** What the command itself calls; the rest was found in the settings. */
  readonly called: Given;
}

/**
 * Finds out which environment a command works on. What the command does not call itself is looked up in the settings, so that settings of two different
 * environments in one shell are noticed. Throws CommandError if the storage account, the key vault and SCIM_PUBLIC_URL do not belong together.
 */
export function targetOf(called: Given, environment: Environment): Target {
  const publicUrl = environment['SCIM_PUBLIC_URL']?.trim() || undefined;
  const tables = called.tables ?? tablesIn(environment);
  const vault = called.vault ?? vaultIn(environment);
  const account = tables === undefined ? undefined : accountIn(tables);
  const vaultName = vault === undefined ? undefined : nameIn(vault);
  refuseStrangers(account, vaultName);
  const isLocal = [account, vaultName].some((name) => name !== undefined && isHere(name));
  const names = { account, vaultName, publicUrl };
  return { tables, vault, called, ...names, environment: isLocal ? 'local' : environmentOf(names) };
}

function tablesIn({ SCIM_TABLES: text = '' }: Environment): string | undefined {
  return isTables(text.trim()) ? text.trim() : undefined;
}

function vaultIn({ SCIM_KEY_VAULT_URI: text = '' }: Environment): string | undefined {
  const url = URL.parse(text.trim());
  return url?.protocol === 'https:' ? url.origin : undefined;
}

type Names = Pick<Target, 'account' | 'vaultName' | 'publicUrl'>;

/** The environment to which the names point. Throws CommandError if they contradict each other. */
function environmentOf({ account, vaultName, publicUrl }: Names): Target['environment'] {
  const told = [
    { name: `key vault ${vaultName}`, environment: environmentIn(vaultName) },
    { name: `storage account ${account}`, environment: environmentIn(account) },
    { name: `address SCIM_PUBLIC_URL (${publicUrl})`, environment: environmentIn(publicUrl) },
  ].filter((one) => one.environment !== undefined);
  const [first] = told;
  const other = told.find((one) => one.environment !== first?.environment);
  if (first && other)
    throw new CommandError(
      `The ${first.name} belongs to ${first.environment}, the ${other.name} to ${other.environment}. Nothing was done: ${SET_BOTH}`,
    );
  return first?.environment;
}

/** The line that tells the operator which environment a command is about to change. */
export function describeTarget({ called, account, vaultName, environment, publicUrl }: Target): string {
  const places = [
    called.tables === undefined ? [] : `storage account ${account ?? 'in SCIM_TABLES'}`,
    called.vault === undefined ? [] : `key vault ${vaultName}`,
  ].flat();
  const where = publicUrl === undefined ? '' : ` (${publicUrl})`;
  const told = environment ?? 'unknown (set SCIM_PUBLIC_URL to have it shown)';
  return `Target: ${places.join(', ')}; environment ${told}${where}.\n`;
}

const SET_BOTH =
  'set SCIM_TABLES, SCIM_KEY_VAULT_URI and SCIM_PUBLIC_URL to the values that one deployment printed, or unset those that this command does not need.';

/** The end of the name that is shown for an account or a vault on the loopback address. */
const HERE = 'on this machine';

/** A deployment builds both names from the same prefix and suffix: infra/modules/names.bicep. */
const OF_VAULT = /^kv-([a-z][a-z0-9]{2,10})-([a-z0-9]{6})$/;
const OF_ACCOUNT = /^std([a-z][a-z0-9]{2,10}[a-z0-9]{6})$/;

/** Throws CommandError if the two names come from different deployments. It accepts two names that do not come from a deployment at all. */
function refuseStrangers(account: string | undefined, vaultName: string | undefined): void {
  if (account === undefined || vaultName === undefined) return;
  const [, prefix, suffix] = OF_VAULT.exec(vaultName) ?? [];
  const ofVault = prefix && `${prefix}${suffix}`;
  const ofAccount = OF_ACCOUNT.exec(account)?.[1];
  if (ofVault === ofAccount && isHere(account) === isHere(vaultName)) return;
  const partner = ofVault ? ` The storage account of that key vault is std${ofVault}.` : '';
  throw new CommandError(
    `The key vault ${vaultName} and the storage account ${account} do not belong together.${partner} Nothing was done: ${SET_BOTH}`,
  );
}

const isHere = (name: string): boolean => name.endsWith(HERE);

/** Undefined for an invalid connection string: the code that connects reports it. */
function accountIn(tables: string): string | undefined {
  if (isAccountUrl(tables)) return nameIn(tables);
  const partOf = (key: string) => new RegExp(`(?:^|;) *${key}=([^;]*)`, 'i').exec(tables)?.[1];
  if (!partOf('UseDevelopmentStorage') && !partOf('AccountKey')) return undefined;
  const name = partOf('AccountName') ?? 'devstoreaccount1';
  const endpoint = partOf('UseDevelopmentStorage') ? 'http://127.0.0.1' : partOf('TableEndpoint');
  return endpoint !== undefined && isLoopback(endpoint) ? `${name} ${HERE}` : name;
}

/** The name of a vault or an account, taken from its address; the whole host if the address does not have the form of an Azure address. */
function nameIn(address: string): string {
  const host = URL.parse(address)?.host ?? address;
  if (isLoopback(address)) return `${host} ${HERE}`;
  return /^([^.]+)\.(vault|table|managedhsm)\./.exec(host)?.[1] ?? host;
}

const isLoopback = (address: string): boolean =>
  /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(URL.parse(address)?.hostname ?? '');

function environmentIn(name: string | undefined): keyof typeof environments | undefined {
  if (name === undefined) return undefined;
  if (/prod/i.test(name) || name.replace(/\/+$/, '') === environments.production) return 'production';
  return /test/i.test(name) ? 'test' : undefined;
}
