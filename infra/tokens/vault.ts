import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isRestError, SecretClient, type SecretClientOptions, type SecretProperties } from '@azure/keyvault-secrets';
import { tokenFingerprint } from '../../shared/auth/token.ts';
import { rejectLongWaits } from '../../shared/auth/vault-attempts.ts';
import { callAzure } from '../commands/shared/azure-failure.ts';
import type { AzureContext } from '../commands/shared/command.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import type { SecretVersion } from './secret-version.ts';

const RETRIES = { maxRetries: 2, retryDelayInMs: 500, maxRetryDelayInMs: 2_000 };

/** The secrets in which the tokens are stored. No method reads a token. Each method throws CommandError if the call to Key Vault fails. */
export interface Vault {
  readonly uri: string;
  /** The names of all secrets, in lower case. */
  readonly names: () => Promise<readonly string[]>;
  /** An empty list if there is no such secret. */
  readonly versions: (name: string) => Promise<readonly SecretVersion[]>;
  readonly add: (name: string, token: string, expiresOn: Date | undefined) => Promise<void>;
  readonly disable: (name: string, version: string) => Promise<void>;
  readonly expire: (name: string, version: string, expiresOn: Date) => Promise<void>;
  /** Deletes the secret. Its name cannot be used again as long as Key Vault keeps the deleted secret. */
  readonly remove: (name: string) => Promise<void>;
  /** When the secret with this name was deleted; undefined if Key Vault keeps no such deleted secret. */
  readonly deletedOn: (name: string) => Promise<Date | undefined>;
}

/** The context of a command that opens a key vault. */
export interface VaultContext extends AzureContext {
  /** Only tests set this. For the commands, the SDK checks the certificate and the challenge. */
  readonly vaultClient?: SecretClientOptions;
}

interface Until {
  readonly abortSignal: AbortSignal;
}

/** Connects to a key vault. Error messages name `role`: Key Vault Secrets Officer, or Key Vault Reader for a caller that only lists secrets. */
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

  const callVault = <T>(call: (until: Until) => Promise<T>): Promise<T> =>
    callAzure(place, (abortSignal) => call({ abortSignal }));

  return {
    uri,
    names: () =>
      callVault(async (until) =>
        (await all(client.listPropertiesOfSecrets(until))).map(({ name }) => name.toLowerCase()),
      ),
    versions: (name) =>
      callVault(async (until) =>
        ((await unlessMissing(all(client.listPropertiesOfSecretVersions(name, until)))) ?? []).map(versionOf),
      ),
    add: (name, token, expiresOn) =>
      callVault((until) => addOnce({ client, once }, { name, token }, { ...until, ...(expiresOn && { expiresOn }) })),
    disable: (name, version) =>
      callVault(
        async (until) => void (await client.updateSecretProperties(name, version, { ...until, enabled: false })),
      ),
    expire: (name, version, expiresOn) =>
      callVault(async (until) => void (await client.updateSecretProperties(name, version, { ...until, expiresOn }))),
    remove: (name) => callVault(async (until) => void (await unlessMissing(client.beginDeleteSecret(name, until)))),
    deletedOn: (name) =>
      callVault(async (until) => (await unlessMissing(client.getDeletedSecret(name, until)))?.deletedOn),
  };
}

async function all(listing: AsyncIterable<SecretProperties>): Promise<readonly SecretProperties[]> {
  const items: SecretProperties[] = [];
  for await (const item of listing) items.push(item);
  return items;
}

/** Undefined if the secret does not exist. A 404 without Key Vault's own error code comes from a server that is not a key vault. */
async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
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

/** How many times a new version is sent at most, and the pause before it is sent again, in milliseconds. */
const SENDS = 3;
const PAUSE = 500;

interface Clients {
  readonly client: SecretClient;
  /** The same client without the SDK's own retries, because a repeated PUT creates a second version. */
  readonly once: SecretClient;
}

/**
 * Adds exactly one version, even if a response is lost. Each version has two tags: a mark of this call and the token's fingerprint. After a lost response, the
 * mark shows whether the version exists and which versions are duplicates. The fingerprint identifies the token in the log.
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

/** Disables all but one of the versions with this mark, and returns whether there is any. */
async function keepOne(
  client: SecretClient,
  { name, mark }: { readonly name: string; readonly mark: string },
  { abortSignal }: Until,
): Promise<boolean> {
  const versions = (await unlessMissing(all(client.listPropertiesOfSecretVersions(name, { abortSignal })))) ?? [];
  const [kept, ...more] = versions.filter(({ tags }) => tags?.['mark'] === mark);
  for (const { version = '' } of more)
    await client.updateSecretProperties(name, version, { abortSignal, enabled: false });
  return kept !== undefined;
}

/** The last date that the Key Vault SDK can write: it truncates the seconds since 1970 to 32 bits. */
const END_OF_DATES = new Date('2038-01-19T03:14:07Z');

/** Adds milliseconds to the current time. Throws CommandError with a message that names `option` if Key Vault cannot store the date. */
export function dateAfter(milliseconds: number, now: Date, option: string): Date {
  const date = new Date(now.getTime() + milliseconds);
  if (date <= END_OF_DATES) return date;
  throw new CommandError(`${option} must end by 2038-01-19, the last date that can be written to Key Vault.`);
}

/** The error if a deleted secret reserves the name until it is recovered or purged (learn.microsoft.com/azure/key-vault/general/soft-delete-overview). */
export function nameIsTaken(uri: string, name: string): CommandError {
  const vault = new URL(uri).hostname.split('.')[0];
  const command = (verb: string) => `az keyvault secret ${verb} --vault-name ${vault} --name ${name}`;
  return new CommandError(
    `A deleted secret still reserves the name ${name}. Recover it, and run issue again:\n  ${command('recover')}\n` +
      'If issue then reports that the tenant already has a token, the recovered tokens are valid again: use rotate --overlap 0 instead.\n' +
      `In a vault without purge protection, you can also purge it:\n  ${command('purge')}`,
  );
}
