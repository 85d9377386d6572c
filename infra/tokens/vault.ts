import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isRestError, SecretClient, type SecretClientOptions, type SecretProperties } from '@azure/keyvault-secrets';
import { tokenFingerprint } from '../../shared/auth/token.ts';
import { rejectLongWaits } from '../../shared/auth/vault-attempts.ts';
import { explainAzure, LONGEST_CALL } from '../commands/shared/azure-failure.ts';
import type { AzureContext } from '../commands/shared/command.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import type { SecretVersion } from './secret-version.ts';

const RETRIES = { maxRetries: 2, retryDelayInMs: 500, maxRetryDelayInMs: 2_000 };

/** The secrets that hold the tokens, as an operator changes them. No method reads a token. Each method throws CommandError if the call to Key Vault fails. */
export interface Vault {
  readonly uri: string;
  /** The names of all secrets, in lower case. */
  readonly names: () => Promise<readonly string[]>;
  /** An empty list if there is no such secret. */
  readonly versions: (name: string) => Promise<readonly SecretVersion[]>;
  readonly add: (name: string, token: string, expiresOn: Date | undefined) => Promise<void>;
  readonly disable: (name: string, version: string) => Promise<void>;
  readonly expire: (name: string, version: string, expiresOn: Date) => Promise<void>;
  /** Deletes the secret. Key Vault keeps the deleted secret for a while, and its name cannot be used meanwhile. */
  readonly remove: (name: string) => Promise<void>;
  /** When the deleted secret that still holds this name was deleted; undefined if there is none. */
  readonly deletedOn: (name: string) => Promise<Date | undefined>;
}

/** The context of a command that opens a key vault. */
export interface VaultContext extends AzureContext {
  /** Only tests set this. The commands keep the SDK's own checks of the certificate and of the challenge. */
  readonly vaultClient?: SecretClientOptions;
}

interface Until {
  readonly abortSignal: AbortSignal;
}

/** Connects to a key vault. `role` is the role that error messages name: Key Vault Secrets Officer, or Key Vault Reader for a caller that only lists secrets. */
export function openVault(
  uri: string,
  { credential, vaultClient }: Pick<VaultContext, 'credential' | 'vaultClient'>,
  role = 'Key Vault Secrets Officer',
): Vault {
  const identity = credential();
  const options = { retryOptions: RETRIES, additionalPolicies: [rejectLongWaits], ...vaultClient };
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

/** Undefined if the secret does not exist. Only Key Vault's own error code counts: any other 404 comes from a server that is not a key vault. */
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

/** How often a new version is sent at most, and the pause in milliseconds before it is sent again. */
const SENDS = 3;
const PAUSE = 500;

interface Clients {
  readonly client: SecretClient;
  /** The same client without the SDK's own retries, because a repeated PUT creates a second version. */
  readonly once: SecretClient;
}

/**
 * Adds exactly one version, even if an answer is lost. The version is tagged with a mark of this call and with the token's fingerprint. After a lost answer, the mark
 * shows whether the version already exists and which versions are duplicates. The fingerprint links the log to the token.
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

/** Whether Key Vault may have carried out a write although the call failed. */
const isUnknown = (error: unknown): boolean =>
  isRestError(error) && (error.statusCode === undefined || error.statusCode === 429 || error.statusCode >= 500);

/** Disables all but one of the versions with this mark, and returns whether there is one. */
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

/** The Key Vault SDK writes later dates wrongly, because it truncates the seconds since 1970 to 32 bits. */
const END_OF_DATES = new Date('2038-01-19T03:14:07Z');

/** The date that many milliseconds from now. Throws CommandError with a message that names `option` if the date cannot be written to Key Vault. */
export function dateAfter(milliseconds: number, now: Date, option: string): Date {
  const date = new Date(now.getTime() + milliseconds);
  if (date <= END_OF_DATES) return date;
  throw new CommandError(`${option} must end by 2038-01-19, the last date that can be written to Key Vault.`);
}

/** A deleted secret holds its name until it is recovered or purged (learn.microsoft.com/azure/key-vault/general/soft-delete-overview). */
export function nameIsTaken(uri: string, name: string): CommandError {
  const vault = new URL(uri).hostname.split('.')[0];
  const command = (verb: string) => `az keyvault secret ${verb} --vault-name ${vault} --name ${name}`;
  return new CommandError(
    `A deleted secret still holds the name ${name}. Recover it, and run issue again:\n  ${command('recover')}\n` +
      'If issue then says that there is already a token, the recovered tokens are valid again: use rotate --overlap 0 instead.\n' +
      `In a vault without purge protection, you can also purge it:\n  ${command('purge')}`,
  );
}
