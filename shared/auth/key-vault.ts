import type { TokenCredential } from '@azure/identity';
import { isRestError, SecretClient, type SecretClientOptions, type SecretProperties } from '@azure/keyvault-secrets';
import { managedIdentity } from './managed-identity.ts';
import type { TokenVault, TokenVersion } from './token-vault.ts';
import { ATTEMPT_TIMEOUT, limitAttempts, NoAnswer, rejectLongWaits } from './vault-attempts.ts';

const SECRETS_OF_TOKENS = 'scim-';

const RETRIES = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };

/** How long one question may take with all its requests, in milliseconds. Callers give up earlier, but an answer that arrives late is still kept. */
const CALL_TIMEOUT = 120_000;

/** The most pages that a listing may have, with 25 items each, and the most pages in a row that may contain nothing new. */
const MAX_PAGES = 400;
const MAX_IDLE_PAGES = 5;

/** How many versions are read at the same time. */
const PARALLEL_READS = 10;

export interface KeyVaultOptions {
  /** The identity that signs in to the vault. The default is the system-assigned identity of the function app. */
  readonly credential?: TokenCredential;
  /** For tests only. The product keeps the SDK's own checks of the vault's certificate and authentication challenge. */
  readonly client?: SecretClientOptions;
  /** For tests only: how long an attempt and a whole question may take, in milliseconds. */
  readonly attemptTimeout?: number;
  readonly callTimeout?: number;
}

interface Until {
  readonly abortSignal: AbortSignal;
}

/**
 * The tokens in Azure Key Vault: one secret for each service and tenant, and one version for each token. Calls reject with the reason why the
 * vault did not answer. A secret that does not exist is an answer, not a failure. Needs the permissions get and list (role Key Vault Secrets
 * User).
 */
export function keyVault(uri: string, options: KeyVaultOptions = {}): TokenVault {
  const { attemptTimeout = ATTEMPT_TIMEOUT, callTimeout = CALL_TIMEOUT } = options;
  const { credential, isSigningIn } = watch(options.credential ?? managedIdentity(), attemptTimeout);
  const client = new SecretClient(uri, credential, {
    retryOptions: RETRIES,
    additionalPolicies: [rejectLongWaits, limitAttempts(attemptTimeout)],
    ...options.client,
  });
  const waitsFor = () => (isSigningIn() ? 'identity' : 'vault');
  const ask = <T>(question: (until: Until) => Promise<T>): Promise<T> =>
    withTimeout(question, { longest: callTimeout, tooLate: () => new NoAnswer(waitsFor()) });
  return {
    waitsFor,
    listSecrets: () => ask((until) => listSecrets(client, until)),
    readVersions: (name, isKnown = () => false) => ask((until) => readVersions(client, { name, isKnown }, until)),
  };
}

/** The sign-in to the vault failed with an error, which is the cause. (A sign-in without an answer is NoAnswer.) */
class SignInFailed extends Error {
  override readonly name = 'SignInFailed';
}

/** Wraps a credential: tells whether a sign-in is under way, and gives up a sign-in that hangs even if the credential itself has no time limit. */
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

/** Aborts a call that takes too long, and rejects at once, even if the call ignores the abort signal. */
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
    .map((secret) => ({ ...secret, name: secret.name.toLowerCase() })) // names in Key Vault are case-insensitive
    .filter(({ name }) => name.startsWith(SECRETS_OF_TOKENS));
  return new Map(tokens.map(({ name, createdOn, updatedOn }) => [name, (updatedOn ?? createdOn)?.getTime()]));
}

/** A listing does not end, so its items cannot be trusted. */
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
    if (pages > MAX_PAGES || idle > MAX_IDLE_PAGES)
      throw new EndlessListing('A listing of the key vault does not end.');
  }
  return [...items.values()];
}

interface Wanted {
  readonly name: string;
  readonly isKnown: (version: string) => boolean;
}

async function readVersions(client: SecretClient, wanted: Wanted, until: Until): Promise<readonly TokenVersion[]> {
  const listed = (await listVersions(client, wanted.name, until)).filter(isUsable);
  const read: TokenVersion[] = [];
  for (let at = 0; at < listed.length; at += PARALLEL_READS) {
    const some = listed.slice(at, at + PARALLEL_READS);
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

/** Whether a version may still be accepted. An expired version never becomes valid again, so its value is not read. A future version is read. */
const isUsable = ({ enabled, expiresOn }: SecretProperties): boolean =>
  enabled === true && (expiresOn === undefined || expiresOn.getTime() > Date.now());

/** Reads a version and its token. A failure becomes part of the result, so that the other versions can still be used. */
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
 * Whether a secret or version was deleted, or was disabled after it was listed. Only Key Vault's own codes mean this. Any other 403 or 404 means
 * that the vault was not reached or did not allow the call. https://learn.microsoft.com/azure/key-vault/general/rest-error-codes
 */
function isGone(error: unknown): boolean {
  if (!isRestError(error)) return false;
  return error.code === 'SecretNotFound' || innerCode(error.details) === 'SecretDisabled';
}

function innerCode(details: unknown): unknown {
  const { error } = (details ?? {}) as { readonly error?: { readonly innerError?: { readonly code?: unknown } } };
  return error?.innerError?.code;
}
