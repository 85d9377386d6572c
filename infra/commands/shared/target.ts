import { isAccountUrl } from '../../../shared/store/connect.ts';
import { environments } from '../../entra/tenant-urls.ts';
import { CommandError } from './command-error.ts';
import { isLoopback } from './loopback.ts';
import { isTables } from './option-values.ts';
import type { Environment } from './options.ts';

/** The storage account (an address or a connection string) and the key vault (an address) that a command calls; undefined if it calls none. */
interface Given {
  readonly tables: string | undefined;
  readonly vault: string | undefined;
}

/** The environment that a command works on: its storage account, its key vault and their names. */
export interface Target extends Given {
  /** The name of the storage account. */
  readonly account: string | undefined;
  /** The name of the key vault. */
  readonly vaultName: string | undefined;
  /** The environment that they belong to; undefined if neither their names nor SCIM_PUBLIC_URL show it. */
  readonly environment: 'local' | 'test' | 'production' | undefined;
  readonly publicUrl: string | undefined;
  /** What the command itself calls. The rest comes from the settings. */
  readonly called: Given;
}

/**
 * Determines which environment a command works on. A storage account or key vault that the command does not call is read from the settings, to detect a shell
 * with the settings of two environments. Throws CommandError if the storage account, the key vault and SCIM_PUBLIC_URL do not belong together.
 */
export function targetOf(called: Given, environment: Environment): Target {
  const publicUrl = environment['SCIM_PUBLIC_URL']?.trim() || undefined;
  const tables = called.tables ?? tablesIn(environment);
  const vault = called.vault ?? vaultIn(environment);
  const account = tables === undefined ? undefined : accountIn(tables);
  const vaultName = vault === undefined ? undefined : nameIn(vault);
  requireSameDeployment(account, vaultName);
  const isLocalTarget = [account, vaultName].some((name) => name !== undefined && isLocal(name));
  const names = { account, vaultName, publicUrl };
  return { tables, vault, called, ...names, environment: isLocalTarget ? 'local' : environmentOf(names) };
}

function tablesIn({ SCIM_TABLES: text = '' }: Environment): string | undefined {
  return isTables(text.trim()) ? text.trim() : undefined;
}

function vaultIn({ SCIM_KEY_VAULT_URI: text = '' }: Environment): string | undefined {
  const url = URL.parse(text.trim());
  return url?.protocol === 'https:' ? url.origin : undefined;
}

type Names = Pick<Target, 'account' | 'vaultName' | 'publicUrl'>;

/** The environment that the names belong to. Throws CommandError if they belong to different ones. */
function environmentOf({ account, vaultName, publicUrl }: Names): Target['environment'] {
  const known = [
    { name: `key vault ${vaultName}`, environment: environmentIn(vaultName) },
    { name: `storage account ${account}`, environment: environmentIn(account) },
    { name: `address SCIM_PUBLIC_URL (${publicUrl})`, environment: environmentIn(publicUrl) },
  ].filter((one) => one.environment !== undefined);
  const [first] = known;
  const other = known.find((one) => one.environment !== first?.environment);
  if (first && other)
    throw new CommandError(
      `The ${first.name} belongs to ${first.environment}, the ${other.name} to ${other.environment}. Nothing was done: ${SET_BOTH}`,
    );
  return first?.environment;
}

/** The line that shows the operator which environment a command is about to change. */
export function describeTarget({ called, account, vaultName, environment, publicUrl }: Target): string {
  const places = [
    called.tables === undefined ? [] : `storage account ${account ?? 'in SCIM_TABLES'}`,
    called.vault === undefined ? [] : `key vault ${vaultName}`,
  ].flat();
  const where = publicUrl === undefined ? '' : ` (${publicUrl})`;
  const shown = environment ?? 'unknown (set SCIM_PUBLIC_URL to show it)';
  return `Target: ${places.join(', ')}; environment ${shown}${where}.\n`;
}

const SET_BOTH =
  'set SCIM_TABLES, SCIM_KEY_VAULT_URI and SCIM_PUBLIC_URL to the values that one deployment printed, or unset those that this command does not need.';

/** The end of the name of an account or a vault at a loopback address. */
const ON_THIS_MACHINE = 'on this machine';

/** A deployment builds both names from the same prefix and suffix: infra/modules/names.bicep. */
const VAULT_NAME = /^kv-([a-z][a-z0-9]{2,10})-([a-z0-9]{6})$/;
const ACCOUNT_NAME = /^std([a-z][a-z0-9]{2,10}[a-z0-9]{6})$/;

/** Throws CommandError if the names come from different deployments. Two names that no deployment made are accepted. */
function requireSameDeployment(account: string | undefined, vaultName: string | undefined): void {
  if (account === undefined || vaultName === undefined) return;
  const [, prefix, suffix] = VAULT_NAME.exec(vaultName) ?? [];
  const ofVault = prefix && `${prefix}${suffix}`;
  const ofAccount = ACCOUNT_NAME.exec(account)?.[1];
  if (ofVault === ofAccount && isLocal(account) === isLocal(vaultName)) return;
  const partner = ofVault ? ` The storage account of that key vault is std${ofVault}.` : '';
  throw new CommandError(
    `The key vault ${vaultName} and the storage account ${account} do not belong together.${partner} Nothing was done: ${SET_BOTH}`,
  );
}

const isLocal = (name: string): boolean => name.endsWith(ON_THIS_MACHINE);

/** The name of an account; undefined for an invalid connection string, which is reported when the command connects. */
function accountIn(tables: string): string | undefined {
  if (isAccountUrl(tables)) return nameIn(tables);
  const partOf = (key: string) => new RegExp(`(?:^|;) *${key}=([^;]*)`, 'i').exec(tables)?.[1];
  if (!partOf('UseDevelopmentStorage') && !partOf('AccountKey')) return undefined;
  const name = partOf('AccountName') ?? 'devstoreaccount1';
  const endpoint = partOf('UseDevelopmentStorage') ? 'http://127.0.0.1' : partOf('TableEndpoint');
  return endpoint !== undefined && isLoopbackAddress(endpoint) ? `${name} ${ON_THIS_MACHINE}` : name;
}

/** The name of a vault or an account, taken from its address; the whole host if the address does not have the form of an Azure address. */
function nameIn(address: string): string {
  const host = URL.parse(address)?.host ?? address;
  if (isLoopbackAddress(address)) return `${host} ${ON_THIS_MACHINE}`;
  return /^([^.]+)\.(vault|table|managedhsm)\./.exec(host)?.[1] ?? host;
}

const isLoopbackAddress = (address: string): boolean => isLoopback(URL.parse(address)?.hostname ?? '');

function environmentIn(name: string | undefined): keyof typeof environments | undefined {
  if (name === undefined) return undefined;
  if (/prod/i.test(name) || name.replace(/\/+$/, '') === environments.production) return 'production';
  return /test/i.test(name) ? 'test' : undefined;
}
