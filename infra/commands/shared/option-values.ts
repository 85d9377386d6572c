import { isTenantName } from '../../../shared/auth/token.ts';
import { EVERY_SERVICE } from '../../../shared/auth/token-vault.ts';
import type { Service } from '../../../shared/services/service.ts';
import { services as declared } from '../../../shared/services/services.ts';
import { isAccountUrl } from '../../../shared/store/connect.ts';
import { CommandError } from './command-error.ts';

/** The names of the services, as Tenant URLs, secrets and tables use them. */
export const services: readonly string[] = declared.map(({ name }) => name);

/** The scopes of a token: each service, and all of them. */
export const tokenScopes: readonly string[] = [...services, EVERY_SERVICE];

/** Reads the name of a service. Throws CommandError. */
export function readService(text: string | undefined, option: string): Service {
  const service = declared.find(({ name }) => name === text);
  if (service) return service;
  throw new CommandError(`${option} must be one of ${services.join(', ')}.`);
}

/** Reads a tenant's name. Throws CommandError. */
export function readTenant(text: string | undefined, option = '--tenant'): string {
  if (text !== undefined && isTenantName(text)) return text;
  throw new CommandError(`${option} must be 1 to 40 characters of a-z, 0-9 and hyphen, such as contoso.`);
}

/** Reads the address of the key vault. Throws CommandError. */
export function readVault(text: string | undefined): string {
  if (!text?.trim())
    throw new CommandError(
      'No key vault is named: set SCIM_KEY_VAULT_URI, or use --vault https://<name>.vault.azure.net.',
    );
  const url = URL.parse(text.trim());
  if (url?.protocol === 'https:') return url.origin;
  throw new CommandError('The key vault must be an https address, such as https://<name>.vault.azure.net.');
}

/** The option for the storage account, which all commands share. */
export const tablesOption = {
  help: 'the storage account, https://<name>.table.core.windows.net (the setting SCIM_TABLES)',
  setting: 'SCIM_TABLES',
  read: readTables,
} as const;

/** The option for the key vault, which all commands share. */
export const vaultOption = {
  help: 'the key vault, https://<name>.vault.azure.net (the setting SCIM_KEY_VAULT_URI)',
  setting: 'SCIM_KEY_VAULT_URI',
  read: readVault,
} as const;

/** The same option for a command that also works without a key vault; undefined if none is named. */
export const vaultOptionIfNamed = {
  ...vaultOption,
  read: (text: string | undefined): string | undefined => (text?.trim() ? readVault(text) : undefined),
} as const;

/** Reads where the tables are: the https address of a storage account, or a connection string. Throws CommandError. */
export function readTables(text: string | undefined): string {
  const tables = text?.trim() ?? '';
  if (isTables(tables)) return tables;
  throw new CommandError('SCIM_TABLES must be set: the https address of the storage account, or a connection string.');
}

/** Whether a text has the form of a storage account's address or of a connection string. */
export const isTables = (text: string): boolean =>
  isAccountUrl(text) || /(^|;)(AccountName|UseDevelopmentStorage)=/i.test(text);

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: 60 * MINUTE, d: 24 * 60 * MINUTE };

/** Reads a duration such as `7d`, `12h`, `30m` or `0`, in milliseconds. Throws CommandError. */
export function readDuration(text: string | undefined, option: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text ?? '') ?? [];
  const milliseconds = text === '0' ? 0 : Number(count) * (UNITS[unit] ?? Number.NaN);
  if (!Number.isNaN(milliseconds)) return milliseconds;
  throw new CommandError(`${option} must be a number of days, hours or minutes, such as 7d, 12h or 30m.`);
}
