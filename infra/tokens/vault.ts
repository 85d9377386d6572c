import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isRestError, SecretClient, type SecretClientOptions, type SecretProperties } from '@azure/keyvault-secrets';
import { tokenFingerprint } from '../../shared/auth/token.ts';
import { tellLongWaits } from '../../shared/auth/vault-attempts.ts';
import { explainAzure, LONGEST_CALL } from '../commands/shared/azure-failure.ts';
import type { AzureContext } from '../commands/shared/command.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import type { SecretVersion } from './secret-version.ts';

const RETRIES = { maxRetries: 2, retryDelayInMs: 500, maxRetryDelayInMs: 2_000 };

/** The secrets of tokens, as an operator changes them. No method reads a token. Each throws CommandError where the vault does not do it. */
export interface Vault {
  readonly uri: string;
  /** The names of all secrets, in lower case. */
  readonly names: () => Promise<readonly string[]>;
  /** None where there is no such secret. */
  readonly versions: (name: string) => Promise<readonly SecretVersion[]>;
  readonly add: (name: string, token: string, expiresOn: Date | undefined) => Promise<void>;
  readonly disable: (name: string, version: string) => Promise<void>;
  readonly expire: (name: string, version: string, expiresOn: Date) => Promise<void>;
  /** Deletes the secret; Key Vault keeps it for a while, and its name taken. */
  readonly remove: (name: string) => Promise<void>;
  /** When the secret was deleted that still holds this name; undefined where none does. */
  readonly deletedOn: (name: string) => Promise<Date | undefined>;
}

/** What those who open a vault have of the process that they run in. */
export interface VaultContext extends AzureContext {
  /** For tests only: the commands keep the SDK's own checks of the certificate and of the challenge. */
  readonly vaultClient?: SecretClientOptions;
}

interface Until {
  readonly abortSignal: AbortSignal;
}

/** Connects to a vault. Needs the role Key Vault Secrets Officer; who only lists secrets says Key Vault Reader. */
export function openVault(
  uri: string,
  { credential, vaultClient }: Pick<VaultContext, 'credential' | 'vaultClient'>,
  role = 'Key Vault Secrets Officer',
): Vault {
  const identity = credential();
  const options = { retryOptions: RETRIES, additionalPolicies: [tellLongWaits], ...vaultClient };
  const client = new SecretClient(uri, identity, options);
  const once = new SecretClient(uri, identity, { ...options, retryOptions: { maxRetries: 0 } });
  const place = { name: `The key vault ${uri}`, role };

  async function ask<T>(call: (until: Until) => Promise<T>): Promise<T> {
    try {
      return await call({ abortSignal: AbortSignal.timeout(LONGEST_CALL) });
    } catch (error) {
      throw explainAzure(error, place);
    }
  }

  return {
    uri,
    names: () =>
      ask(async (until) => (await all(client.listPropertiesOfSecrets(until))).map(({ name }) => name.toLowerCase())),
    versions: (name) =>
      ask(async (until) =>
        ((await orNone(all(client.listPropertiesOfSecretVersions(name, until)))) ?? []).map(versionOf),
      ),
    add: (name, token, expiresOn) =>
      ask((until) => addOnce({ client, once }, { name, token }, { ...until, ...(expiresOn && { expiresOn }) })),
    disable: (name, version) =>
      ask(async (until) => void (await client.updateSecretProperties(name, version, { ...until, enabled: false }))),
    expire: (name, version, expiresOn) =>
      ask(async (until) => void (await client.updateSecretProperties(name, version, { ...until, expiresOn }))),
    remove: (name) => ask(async (until) => void (await orNone(client.beginDeleteSecret(name, until)))),
    deletedOn: (name) => ask(async (until) => (await orNone(client.getDeletedSecret(name, until)))?.deletedOn),
  };
}

async function all(listing: AsyncIterable<SecretProperties>): Promise<readonly SecretProperties[]> {
  const items: SecretProperties[] = [];
  for await (const item of listing) items.push(item);
  return items;
}

/** Only Key Vault's own code says that a secret is not there: any other 404 comes from something that is no vault. */
async function orNone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isRestError(error) && error.code === 'SecretNotFound') return undefined;
    throw error;
  }
}

const versionOf = ({
  version = '',
  enabled,
  createdOn,
  notBefore,
  expiresOn,
  tags,
}: SecretProperties): SecretVersion => ({
  version,
  isEnabled: enabled === true,
  createdOn: createdOn ?? new Date(0),
  notBefore,
  expiresOn,
  fingerprint: tags?.['fingerprint'],
});

/** How often a version is sent, and the pause before it is sent again, in milliseconds. */
const SENDS = 3;
const PAUSE = 500;

interface Clients {
  readonly client: SecretClient;
  /** The same without the SDK's own repetitions: a repeated PUT makes a second version. */
  readonly once: SecretClient;
}

/**
 * Adds one version, whatever becomes of the answers. It bears a mark of this call and the token's fingerprint: when an answer is lost, the mark tells whether the version
 * stands already, and which versions are too many; the fingerprint leads from the log to the token.
 */
async function addOnce(
  { client, once }: Clients,
  { name, token }: { readonly name: string; readonly token: string },
  options: Until & { readonly expiresOn?: Date },
): Promise<void> {
  const mark = randomUUID();
  for (let sends = 1; ; sends += 1) {
    try {
      await once.setSecret(name, token, { ...options, tags: { mark, fingerprint: tokenFingerprint(token) } });
      if (sends > 1) await keepOne(client, { name, mark }, options);
      return;
    } catch (error) {
      if (isRestError(error) && error.statusCode === 409) throw nameIsTaken(client.vaultUrl, name);
      if (!isUnknown(error)) throw error;
      if (await keepOne(client, { name, mark }, options)) return;
      if (sends >= SENDS) throw error;
      await pause(PAUSE);
    }
  }
}

/** Whether a write may have been carried out although it failed. */
const isUnknown = (error: unknown): boolean =>
  isRestError(error) && (error.statusCode === undefined || error.statusCode === 429 || error.statusCode >= 500);

/** Disables all but one of the versions that bear a mark, and returns whether there is one. */
async function keepOne(
  client: SecretClient,
  { name, mark }: { readonly name: string; readonly mark: string },
  { abortSignal }: Until,
): Promise<boolean> {
  const versions = (await orNone(all(client.listPropertiesOfSecretVersions(name, { abortSignal })))) ?? [];
  const [kept, ...more] = versions.filter(({ tags }) => tags?.['mark'] === mark);
  for (const { version = '' } of more)
    await client.updateSecretProperties(name, version, { abortSignal, enabled: false });
  return kept !== undefined;
}

/** From here on the Key Vault SDK writes a wrong date: it cuts the seconds since 1970 to 32 bits. */
const END_OF_DATES = new Date('2038-01-19T03:14:07Z');

/** The date so many milliseconds from now. Throws CommandError, in which `option` is named, where Key Vault could not be told that date. */
export function dateAfter(milliseconds: number, now: Date, option: string): Date {
  const date = new Date(now.getTime() + milliseconds);
  if (date <= END_OF_DATES) return date;
  throw new CommandError(`${option} may not reach beyond 2038-01-19, the last date that can be written to Key Vault.`);
}

/** A deleted secret holds its name until it is recovered or purged (learn.microsoft.com/azure/key-vault/general/soft-delete-overview). */
export function nameIsTaken(uri: string, name: string): CommandError {
  const vault = new URL(uri).hostname.split('.')[0];
  const command = (verb: string) => `az keyvault secret ${verb} --vault-name ${vault} --name ${name}`;
  return new CommandError(
    `A deleted secret still holds the name ${name}. Bring it back, and say issue again:\n  ${command('recover')}\n` +
      'Where issue then says that there is a valid token, the old ones count again: say rotate --overlap 0 instead.\n' +
      `A vault without purge protection can also forget it for good:\n  ${command('purge')}`,
  );
}
