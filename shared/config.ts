import type { Rate } from './auth/rate-limit.ts';
import { claimedTenant } from './auth/token.ts';
import type { LocalTokens } from './auth/token-vault.ts';
import type { BrakeSettings } from './brake/brake-settings.ts';
import { describeMisspelling, describeUnknown } from './config/misspelt.ts';

/** The settings of the process, read once at the start. */
export interface Config {
  /** The base of the Tenant URLs, without the name of a service and without a trailing slash. */
  readonly publicUrl: string;
  /** An https account URL (managed identity), or a connection string (Azurite). */
  readonly tables: string;
  readonly tokens: TokensFromVault | TokensFromSettings;
  /** The client id of the app's user-assigned identity. Without it, the system-assigned identity is used. */
  readonly clientId: string | undefined;
  /** The limit on the requests of each tenant; undefined for no limit. */
  readonly rate: Rate | undefined;
  /** The limit on failed tokens that this instance checks; undefined for no limit. */
  readonly failures: Rate | undefined;
  /** The limits of the brake; undefined if it is off. */
  readonly brake: BrakeSettings | undefined;
  /** How many days change rows are kept. */
  readonly historyDays: number;
}

interface TokensFromVault {
  readonly from: 'vault';
  readonly uri: string;
}

interface TokensFromSettings {
  readonly from: 'settings';
  readonly tokens: LocalTokens;
}

/** A setting is missing or wrong. The message names the setting and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the settings of the process. Throws ConfigError. No other code reads process.env. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  refuseMisspelt(env);
  const publicUrl = readPublicUrl(required(env, 'SCIM_PUBLIC_URL'));
  const tables = readTables(required(env, 'SCIM_TABLES'));
  const tokens = readTokens(env['SCIM_KEY_VAULT_URI'], env['SCIM_TOKENS']);
  if (tokens.from === 'settings' && !isLoopback(publicUrl)) {
    throw new ConfigError(
      'SCIM_TOKENS is for local use only. SCIM_PUBLIC_URL is not a local address, so set SCIM_KEY_VAULT_URI instead.',
    );
  }
  return Object.freeze({
    publicUrl,
    tables,
    tokens,
    clientId: env['AZURE_CLIENT_ID'] || undefined,
    historyDays: readDays('SCIM_HISTORY_DAYS', env['SCIM_HISTORY_DAYS'] || '90'),
    ...readProtections(env, publicUrl),
  });
}

/** Throws ConfigError if the name of a setting is misspelt. */
export function refuseMisspelt(env: Readonly<Record<string, string | undefined>>): void {
  const sentence = describeMisspelling(env);
  if (sentence !== undefined) throw new ConfigError(sentence);
}

/** The settings that protect a deployed service from accidents and floods. In a local environment their default is "off". */
function readProtections(env: Readonly<Record<string, string | undefined>>, publicUrl: string) {
  const setting = (name: string): string | undefined => env[name] || (isLoopback(publicUrl) ? 'off' : undefined);
  return {
    rate: readRate('SCIM_RATE_LIMIT', setting('SCIM_RATE_LIMIT') ?? '100,1000'),
    failures: readRate('SCIM_FAILED_TOKEN_LIMIT', setting('SCIM_FAILED_TOKEN_LIMIT') ?? '10,200'),
    brake: readBrake(setting('SCIM_BRAKE')),
  };
}

function readRate(name: string, text: string): Rate | undefined {
  const [perSecond, burst] = readNumbers(name, text, '<per second>,<burst>') ?? [];
  return perSecond && burst ? { perSecond, burst } : undefined;
}

/** Reads the setting SCIM_BRAKE; undefined if it is "off". Throws ConfigError. */
export function readBrake(text = '10,20,60'): BrakeSettings | undefined {
  const [floor, percent, minutes] = readNumbers('SCIM_BRAKE', text, '<resources>,<percent>,<minutes>') ?? [];
  return floor && percent && minutes ? { floor, percent, minutes } : undefined;
}

function readNumbers(name: string, text: string, form: string): readonly number[] | undefined {
  if (text.trim() === 'off') return undefined;
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length === form.split(',').length && parts.every((part) => /^[1-9]\d{0,6}$/.test(part)))
    return parts.map(Number);
  throw new ConfigError(`${name} must be "off" or whole numbers of the form ${form}.`);
}

function readDays(name: string, text: string): number {
  const days = /^\d{1,4}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (days <= MAX_DAYS) return days;
  throw new ConfigError(`${name} must be a whole number of days from 0 to ${MAX_DAYS}.`);
}

const MAX_DAYS = 3650;

function required(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = env[name]?.trim();
  if (!value)
    throw new ConfigError(`The setting ${name} is missing${describeUnknown(env)}: see the README's table of settings.`);
  return value;
}

function readPublicUrl(text: string): string {
  const url = URL.parse(text);
  const usable = url && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(text)));
  if (!usable || url.search || url.hash || url.username || url.password) {
    throw new ConfigError(
      'SCIM_PUBLIC_URL must be the https address that the Tenant URLs start with, such as https://api.example.com.',
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function readTables(text: string): string {
  const has = (name: string): boolean => new RegExp(`(^|;) *${name}=[^;]`, 'i').test(text);
  const isConnection = has('UseDevelopmentStorage') || (has('AccountName') && has('AccountKey'));
  if (URL.parse(text)?.protocol === 'https:' || isConnection) return text;
  throw new ConfigError('SCIM_TABLES must be the https address of a storage account, or a connection string.');
}

function readTokens(vault: string | undefined, tokens: string | undefined): Config['tokens'] {
  if (vault && tokens)
    throw new ConfigError('SCIM_KEY_VAULT_URI and SCIM_TOKENS exclude each other: set only one of them.');
  if (vault) return { from: 'vault', uri: readVault(vault) };
  if (tokens) return { from: 'settings', tokens: readLocalTokens(tokens) };
  throw new ConfigError('There is no source of tokens. Set SCIM_KEY_VAULT_URI, or for local use SCIM_TOKENS.');
}

function readVault(text: string): string {
  if (URL.parse(text)?.protocol === 'https:') return text;
  throw new ConfigError('SCIM_KEY_VAULT_URI must be the https address of a key vault.');
}

function readLocalTokens(text: string): LocalTokens {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigError('SCIM_TOKENS is not JSON.');
  }
  if (isLocalTokens(value)) return value;
  throw new ConfigError(
    'SCIM_TOKENS must be JSON of the form {"advisors": {"contoso": ["contoso.<43 characters of A-Z, a-z, 0-9, - and _>"]}}.',
  );
}

const isLocalTokens = (value: unknown): value is LocalTokens =>
  isRecord(value) &&
  Object.values(value).every((tenants) => isRecord(tenants) && Object.entries(tenants).every(hasTokens));

const hasTokens = ([tenant, tokens]: [string, unknown]): boolean =>
  Array.isArray(tokens) && tokens.every((token) => typeof token === 'string' && claimedTenant(token) === tenant);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isLoopback(url: string): boolean {
  const host = URL.parse(url)?.hostname;
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host ?? '');
}
