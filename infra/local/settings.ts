import { randomBytes } from 'node:crypto';
import { services } from '../../shared/services/services.ts';
import { addSetting, readSettingsFile, type Settings } from './settings-file.ts';
import { StartError } from './start-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const SERVICES = services.map(({ name }) => name);
const TENANTS = ['contoso', 'fabrikam'];
const DEFAULT_PORT = 7071;

/** The port that PORT asks for. Throws StartError. */
export function readPort({ PORT: text = '' }: Environment): number {
  const port = text.trim() === '' ? DEFAULT_PORT : Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new StartError(`PORT has to be a number from 1 to 65535, and not "${text}".`);
}

/**
 * The settings of the local environment: those of the file, the environment's over them, and tokens for the sample tenants, generated
 * into the file where neither knows of any. An empty value counts as none. Throws StartError where the file is broken.
 */
export function readSettings(file: string, environment: Environment, port: number): Settings {
  const fromFile = withoutEmpty(readSettingsFile(file));
  const given = withoutEmpty(environment);
  const settings = { ...(hasTokens(given) ? withoutTokens(fromFile) : fromFile), ...given };
  const publicUrl = given['SCIM_PUBLIC_URL'] ?? followPort(fromFile['SCIM_PUBLIC_URL'], port);
  return { ...settings, SCIM_PUBLIC_URL: publicUrl, ...(!hasTokens(settings) && { SCIM_TOKENS: generate(file) }) };
}

function withoutEmpty(values: Environment): Settings {
  const filled = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim()));
  return Object.fromEntries(filled);
}

/** There is one source of tokens: where the environment names one, it takes the place of the file's, whichever that is. */
const hasTokens = (settings: Settings): boolean => 'SCIM_TOKENS' in settings || 'SCIM_KEY_VAULT_URI' in settings;

function withoutTokens({ SCIM_TOKENS: _tokens, SCIM_KEY_VAULT_URI: _vault, ...rest }: Settings): Settings {
  return rest;
}

/** An address of this machine in the file is the default's reminder, and PORT decides; another address is meant. */
function followPort(fromFile: string | undefined, port: number): string {
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
