// @ts-nocheck
import type { TokenCredential } from '@azure/identity';
import { isRestError, SecretClient, type SecretClientOptions, type SecretProperties } from '@azure/keyvault-secrets';
import { managedIdentity } from './managed-identity.ts';
import type { TokenVault, TokenVersion } from './token-vault.ts';
import { endHungAttempts, LONGEST_ATTEMPT, NoAnswer, tellLongWaits } from './vault-attempts.ts';

const SECRETS_OF_TOKENS = 'scim-';

const RETRIES = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };

/** How long all requests of one question may take, in milliseconds. Nobody waits that long; but what arrives late is kept. */
const LONGEST_QUESTION = 120_000;

/** Pages that a listing may have, 25 items each, and how many of them in a row may bring nothing new. */
const MOST_PAGES = 400;
const MOST_IDLE_PAGES = 5;

/** Values of versions that are read at once. */
const READ_AT_ONCE = 10;

export interface KeyVaultOptions {
  /** Who asks; without it the system-assigned identity of the function app. */
  readonly credential?: TokenCredential;
  /** For tests only: the product keeps the SDK's own checks of the certificate and of the challenge. */
  readonly client?: SecretClientOptions;
  /** For tests only: how long an attempt and a question may take, in milliseconds. */
  readonly longestAttempt?: number;
  readonly longestQuestion?: number;
}

interface Until {
  readonly abortSignal: AbortSignal;
}

/**
 * The tokens in Azure Key Vault: a secret per service and tenant, a version per token. Rejects with whatever kept the vault
 * from answering; that a secret does not exist is an answer. Needs get and list (role Key Vault Secrets User).
 */
export function keyVault(uri: string, options: KeyVaultOptions = {}): TokenVault {
  const { longestAttempt = LONGEST_ATTEMPT, longestQuestion = LONGEST_QUESTION } = options;
  const { credential, isSigningIn } = watch(options.credential ?? managedIdentity(), longestAttempt);
  const client = new SecretClient(uri, credential, {
    retryOptions: RETRIES,
    additionalPolicies: [tellLongWaits, endHungAttempts(longestAttempt)],
    ...options.client,
  });
  const waitsFor = () => (isSigningIn() ? 'identity' : 'vault');
  const ask = <T>(question: (until: Until) => Promise<T>): Promise<T> =>
    withTimeout(question, { longest: longestQuestion, tooLate: () => new NoAnswer(waitsFor()) });
  return {
    waitsFor,
    listSecrets: () => ask((until) => listSecrets(client, until)),
    readVersions: (name, isKnown = () => false) => ask((until) => readVersions(client, { name, isKnown }, until)),
  };
}

/** The sign-in to the vault failed, other than by silence; the cause says how. */
class SignInFailed extends Error {
  override readonly name = 'SignInFailed';
}

/** Tells who is waited for, and gives up a sign-in that hangs whatever the credential does. */
function watch(credential: TokenCredential, longest: number) {
  let signIns = 0;
  const watched: TokenCredential = {
    async getToken(scopes, options) {
      signIns += 1;
      try {
        return await withTimeout(() => credential.getToken(scopes, options), {
          longest,
          tooLate: () => new NoAnswer('identity'),
        });
      } catch (cause) {
        throw cause instanceof NoAnswer ? cause : new SignInFailed('The sign-in to the key vault failed.', { cause });
      } finally {
        signIns -= 1;
      }
    },
  };
  return { credential: watched, isSigningIn: () => signIns > 0 };
}

/** Aborts what takes too long, and does not wait for what ignores that. */
async function withTimeout<T>(
  call: (until: Until) => Promise<T>,
  { longest, tooLate }: { readonly longest: number; readonly tooLate: () => Error },
): Promise<T> {
  const giveUp = new AbortController();
  const { promise: gaveUp, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(tooLate());
    giveUp.abort();
  }, longest);
  timer.unref();
  try {
    return await Promise.race([call({ abortSignal: giveUp.signal }), gaveUp]);
  } finally {
    clearTimeout(timer);
  }
}

async function listSecrets(client: SecretClient, until: Until): Promise<ReadonlyMap<string, number | undefined>> {
  const secrets = await collect(client.listPropertiesOfSecrets(until).byPage());
  const tokens = secrets
    .map((secret) => ({ ...secret, name: secret.name.toLowerCase() })) // Key Vault's names do not differ by case
    .filter(({ name }) => name.startsWith(SECRETS_OF_TOKENS));
  return new Map(tokens.map(({ name, createdOn, updatedOn }) => [name, (updatedOn ?? createdOn)?.getTime()]));
}

/** A listing goes on for ever: what it says is not to be trusted. */
class EndlessListing extends Error {
  override readonly name = 'EndlessListing';
}

async function collect(listing: AsyncIterable<readonly SecretProperties[]>): Promise<readonly SecretProperties[]> {
  const items = new Map<string | undefined, SecretProperties>();
  let [pages, idle] = [0, 0];
  for await (const page of listing) {
    const before = items.size;
    for (const item of page) items.set(item.id, item);
    pages += 1;
    idle = items.size > before ? 0 : idle + 1;
    if (pages > MOST_PAGES || idle > MOST_IDLE_PAGES)
      throw new EndlessListing('A listing of the key vault has no end.');
  }
  return [...items.values()];
}

interface Wanted {
  readonly name: string;
  readonly isKnown: (version: string) => boolean;
}

async function readVersions(client: SecretClient, wanted: Wanted, until: Until): Promise<readonly TokenVersion[]> {
  const listed = (await listVersions(client, wanted.name, until)).filter(isOfUse);
  const read: TokenVersion[] = [];
  for (let at = 0; at < listed.length; at += READ_AT_ONCE) {
    const some = listed.slice(at, at + READ_AT_ONCE);
    const versions = await Promise.all(some.map((one) => readVersion(client, { ...wanted, properties: one }, until)));
    read.push(...versions.filter((version) => version !== undefined));
  }
  const failure = read.find((version) => version.failure !== undefined)?.failure;
  if (failure !== undefined && read.every((version) => version.failure !== undefined)) throw failure;
  return read;
}

async function listVersions(client: SecretClient, name: string, until: Until): Promise<readonly SecretProperties[]> {
  try {
    return await collect(client.listPropertiesOfSecretVersions(name, until).byPage());
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** An expired version never comes back, so its value is left where it is; one that is not valid yet may become valid. */
const isOfUse = ({ enabled, expiresOn }: SecretProperties): boolean =>
  enabled === true && (expiresOn === undefined || expiresOn.getTime() > Date.now());

/** A version and its token; what keeps one version from being read does not take away the others. */
async function readVersion(
  client: SecretClient,
  { name, isKnown, properties }: Wanted & { readonly properties: SecretProperties },
  until: Until,
): Promise<TokenVersion | undefined> {
  const { version = '', createdOn, notBefore, expiresOn } = properties;
  const dates = { ...(createdOn && { createdOn }), ...(notBefore && { notBefore }), ...(expiresOn && { expiresOn }) };
  if (isKnown(version)) return { version, ...dates };
  try {
    const { value } = await client.getSecret(name, { ...until, version });
    return value === undefined ? undefined : { version, token: value, ...dates };
  } catch (failure) {
    return isGone(failure) ? undefined : { version, failure, ...dates };
  }
}

/**
 * Deleted, or disabled since it was listed. Only Key Vault's own codes say so: any other 403 or 404 means that the vault
 * was not reached or not allowed. https://learn.microsoft.com/azure/key-vault/general/rest-error-codes
 */
function isGone(error: unknown): boolean {
  if (!isRestError(error)) return false;
  return error.code === 'SecretNotFound' || innerCode(error.details) === 'SecretDisabled';
}

function innerCode(details: unknown): unknown {
  const { error } = (details ?? {}) as { readonly error?: { readonly innerError?: { readonly code?: unknown } } };
  return error?.innerError?.code;
}
