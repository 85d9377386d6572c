import { isAccountUrl } from '../../../shared/store/connect.ts';
import { environments } from '../../entra/tenant-urls.ts';
import { CommandError } from './command-error.ts';
import { isTables } from './option-values.ts';
import type { Environment } from './options.ts';

/** Where a command works: an account or a connection string, and the address of a vault; undefined for what it does not call. */
interface Given {
  readonly tables: string | undefined;
  readonly vault: string | undefined;
}

/** Where a command works, with what is known of it. */
export interface Target extends Given {
  /** The name of the storage account. */
  readonly account: string | undefined;
  /** The name of the key vault. */
  readonly vaultName: string | undefined;
  /** The environment that they are part of; undefined where neither their names nor SCIM_PUBLIC_URL tell. */
  readonly environment: 'local' | 'test' | 'production' | undefined;
  readonly publicUrl: string | undefined;
  /** What the command itself calls. */
  readonly called: Given;
}

/**
 * Where a command works. What it does not call itself is looked up in the settings: all that is named there has to be of one environment, else the shell is set up
 * for two. Throws CommandError where storage account, key vault and SCIM_PUBLIC_URL do not belong together.
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

/** What the names say of the environment. Throws CommandError where they contradict each other. */
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
      `The ${first.name} is of ${first.environment}, the ${other.name} of ${other.environment}. Nothing was done: ${SET_BOTH}`,
    );
  return first?.environment;
}

/** Says where a command works, before it changes anything there. */
export function describeTarget({ called, account, vaultName, environment, publicUrl }: Target): string {
  const places = [
    called.tables === undefined ? [] : `storage account ${account ?? 'that SCIM_TABLES names'}`,
    called.vault === undefined ? [] : `key vault ${vaultName}`,
  ].flat();
  const where = publicUrl === undefined ? '' : ` (${publicUrl})`;
  const told = environment ?? 'not told by these names: SCIM_PUBLIC_URL says it';
  return `Works on: ${places.join(', ')}; environment ${told}${where}.\n`;
}

const SET_BOTH =
  'set SCIM_TABLES, SCIM_KEY_VAULT_URI and SCIM_PUBLIC_URL to what one deployment printed, or unset what this command does not need.';

/** This machine, as the name of an account or a vault that stands there. */
const HERE = 'on this machine';

/** A deployment makes both names of the same prefix and suffix: infra/modules/names.bicep. */
const OF_VAULT = /^kv-([a-z][a-z0-9]{2,10})-([a-z0-9]{6})$/;
const OF_ACCOUNT = /^std([a-z][a-z0-9]{2,10}[a-z0-9]{6})$/;

/** Where neither name is one that a deployment makes, nothing can be told of them. */
function refuseStrangers(account: string | undefined, vaultName: string | undefined): void {
  if (account === undefined || vaultName === undefined) return;
  const [, prefix, suffix] = OF_VAULT.exec(vaultName) ?? [];
  const ofVault = prefix && `${prefix}${suffix}`;
  const ofAccount = OF_ACCOUNT.exec(account)?.[1];
  if (ofVault === ofAccount && isHere(account) === isHere(vaultName)) return;
  const partner = ofVault ? ` With that vault goes the storage account std${ofVault}.` : '';
  throw new CommandError(
    `The key vault ${vaultName} and the storage account ${account} do not belong together.${partner} Nothing was done: ${SET_BOTH}`,
  );
}

const isHere = (name: string): boolean => name.endsWith(HERE);

/** Undefined for a connection string that cannot be one: whoever connects says so. */
function accountIn(tables: string): string | undefined {
  if (isAccountUrl(tables)) return nameIn(tables);
  const partOf = (key: string) => new RegExp(`(?:^|;) *${key}=([^;]*)`, 'i').exec(tables)?.[1];
  if (!partOf('UseDevelopmentStorage') && !partOf('AccountKey')) return undefined;
  const name = partOf('AccountName') ?? 'devstoreaccount1';
  const endpoint = partOf('UseDevelopmentStorage') ? 'http://127.0.0.1' : partOf('TableEndpoint');
  return endpoint !== undefined && isLoopback(endpoint) ? `${name} ${HERE}` : name;
}

/** The name of a vault or an account in its address; the whole host where Azure does not give out such hosts. */
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
