import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { services } from '../../shared/services/services.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, parseJson } from '../commands/shared/json.ts';
import type { Environment } from '../commands/shared/options.ts';

export type Settings = Readonly<Record<string, string>>;

const EXAMPLE = join(import.meta.dirname, '../../local.settings.example.json');

const SERVICES = services.map(({ name }) => name);
const TENANTS = ['contoso', 'fabrikam'];
const DEFAULT_PORT = 7071;

/** Reads the port from the variable PORT. Throws CommandError. */
export function readPort({ PORT: text = '' }: Environment): number {
  const port = text.trim() === '' ? DEFAULT_PORT : Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new CommandError(`PORT must be a number from 1 to 65535, not "${text}".`);
}

/**
 * Reads the settings of the local environment. Environment variables override the settings in the file. If neither contains tokens, tokens for the
 * sample tenants are generated and written to the file. An empty value counts as missing. Throws CommandError if the file is not valid.
 */
export function readSettings(file: string, environment: Environment, port: number): Settings {
  const fromFile = withoutEmpty(readSettingsFile(file));
  const given = withoutEmpty(environment);
  const settings = { ...(hasTokens(given) ? withoutTokens(fromFile) : fromFile), ...given };
  const publicUrl = given['SCIM_PUBLIC_URL'] ?? publicUrlFor(fromFile['SCIM_PUBLIC_URL'], port);
  return { ...settings, SCIM_PUBLIC_URL: publicUrl, ...(!hasTokens(settings) && { SCIM_TOKENS: generate(file) }) };
}

function withoutEmpty(values: Environment): Settings {
  const filled = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim()));
  return Object.fromEntries(filled);
}

/** Whether the settings name a source of tokens. A source in the environment replaces the one in the file, even of the other kind. */
const hasTokens = (settings: Settings): boolean => 'SCIM_TOKENS' in settings || 'SCIM_KEY_VAULT_URI' in settings;

function withoutTokens({ SCIM_TOKENS: _tokens, SCIM_KEY_VAULT_URI: _vault, ...rest }: Settings): Settings {
  return rest;
}

/** The public URL. A loopback address in the file gets the port from PORT; any other address is used unchanged. */
function publicUrlFor(fromFile: string | undefined, port: number): string {
  const isElsewhere = fromFile !== undefined && !/^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?\/?$/.test(fromFile);
  return isElsewhere ? fromFile : `http://localhost:${port}`;
}

function generate(file: string): string {
  const tokens = JSON.stringify(Object.fromEntries(SERVICES.map((service) => [service, generateTokens()])));
  addSetting(file, 'SCIM_TOKENS', tokens);
  return tokens;
}

const generateTokens = (): Record<string, string[]> =>
  Object.fromEntries(TENANTS.map((tenant) => [tenant, [`${tenant}.${randomBytes(32).toString('base64url')}`]]));

/** Reads the `Values` of local.settings.json, which is copied from the example if it does not exist. Throws CommandError if it is not valid. */
function readSettingsFile(file: string): Settings {
  if (!existsSync(file)) copyFileSync(EXAMPLE, file);
  chmodSync(file, 0o600); // it contains tokens
  return readContent(file).Values;
}

/** Adds one value to the file and leaves the rest unchanged. */
function addSetting(file: string, name: string, value: string): void {
  const content = readContent(file);
  const changed = { ...content, Values: { ...content.Values, [name]: value } };
  writeFileSync(file, `${JSON.stringify(changed, null, 2)}\n`);
}

/** The form that Azure Functions Core Tools expects, which also uses other keys of the file. */
interface Content {
  readonly Values: Settings;
}

function readContent(file: string): Content {
  const content = parseJson(readFileSync(file, 'utf8'));
  if (isContent(content)) return content;
  throw new CommandError(
    'local.settings.json is not valid: it must be JSON of the form {"IsEncrypted": false, "Values": {"NAME": "text"}}. Fix it, or delete it, and npm start creates a new one with new tokens.',
  );
}

function isContent(content: unknown): content is Content {
  if (!isRecord(content) || content['IsEncrypted'] === true || !isRecord(content['Values'])) return false;
  return Object.values(content['Values']).every((value) => typeof value === 'string');
}
