import { isTenantName } from '../../../shared/auth/token.ts';
import { EVERY_SERVICE } from '../../../shared/auth/token-vault.ts';
import type { Service } from '../../../shared/services/service.ts';
import { services as declared } from '../../../shared/services/services.ts';
import { isAccountUrl } from '../../../shared/store/connect.ts';
import { CommandError } from './command-error.ts';

/** The names of the services, as Tenant URLs, secrets and tables use them. */
export const services: readonly string[] = declared.map(({ name }) => name);

/** What a token can be for: a service, or all of them. */
export const tokenScopes: readonly string[] = [...services, EVERY_SERVICE];

/** The service of that name. Throws CommandError. */
export function readService(text: string | undefined, option: string): Service {
  const service = declared.find(({ name }) => name === text);
  if (service) return service;
  throw new CommandError(`${option} has to be one of ${services.join(', ')}.`);
}

/** A tenant's name, as tokens and secrets use it. Throws CommandError. */
export function readTenant(text: string | undefined, option = '--tenant'): string {
  if (text !== undefined && isTenantName(text)) return text;
  throw new CommandError(`${option} has to be 1 to 40 characters of a-z, 0-9 and hyphen, such as contoso.`);
}

/** The address of the key vault. Throws CommandError. */
export function readVault(text: string | undefined): string {
  if (!text?.trim())
    throw new CommandError(
      'No key vault is named: set SCIM_KEY_VAULT_URI, or use --vault https://<name>.vault.azure.net.',
    );
  const url = URL.parse(text.trim());
  if (url?.protocol === 'https:') return url.origin;
  throw new CommandError('The key vault has to be an https address, such as https://<name>.vault.azure.net.');
}

/** Every command uses the same options for the storage account and the key vault. */
export const tablesOption = {
  help: 'the storage account, https://<name>.table.core.windows.net (the setting SCIM_TABLES)',
  setting: 'SCIM_TABLES',
  read: readTables,
} as const;

export const vaultOption = {
  help: 'the key vault, https://<name>.vault.azure.net (the setting SCIM_KEY_VAULT_URI)',
  setting: 'SCIM_KEY_VAULT_URI',
  read: readVault,
} as const;

/** The key vault of a command that also works without one: undefined if none is named. */
export const vaultOptionIfNamed = {
  ...vaultOption,
  read: (text: string | undefined): string | undefined => (text?.trim() ? readVault(text) : undefined),
} as const;

/** Where the tables are: an account's https address, or a connection string. Throws CommandError. */
export function readTables(text: string | undefined): string {
  const tables = text?.trim() ?? '';
  if (isTables(tables)) return tables;
  throw new CommandError(
    'SCIM_TABLES has to be set: the https address of the storage account, or a connection string.',
  );
}

/** Whether a text has the form of a storage account's address or of a connection string. */
export const isTables = (text: string): boolean =>
  isAccountUrl(text) || /(^|;)(AccountName|UseDevelopmentStorage)=/i.test(text);

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: 60 * MINUTE, d: 24 * 60 * MINUTE };

/** The milliseconds of a duration such as `7d`, `12h`, `30m` or `0`. Throws CommandError. */
export function readDuration(text: string | undefined, option: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text ?? '') ?? [];
  const milliseconds = text === '0' ? 0 : Number(count) * (UNITS[unit] ?? Number.NaN);
  if (!Number.isNaN(milliseconds)) return milliseconds;
  throw new CommandError(`${option} has to be a number of days, hours or minutes, such as 7d, 12h or 30m.`);
}
