import type { TokenCredential } from '@azure/identity';
import { isRestError, SecretClient, type SecretClientOptions, type SecretProperties } from '@azure/keyvault-secrets';
import { managedIdentity } from './managed-identity.ts';
import type { TokenVault, TokenVersion } from './token-vault.ts';
import { ATTEMPT_TIMEOUT, limitAttempts, NoAnswer, rejectLongWaits } from './vault-attempts.ts';

const TOKEN_SECRET_PREFIX = 'scim-';

const RETRIES = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };

/** The time for one call with all its requests, in milliseconds. Callers give up earlier, but a late answer is still kept. */
const CALL_TIMEOUT = 120_000;

/** The most pages of a listing, with 25 items each. */
const MAX_PAGES = 400;
/** The most consecutive pages of a listing with nothing new. */
const MAX_IDLE_PAGES = 5;

/** How many versions are read at the same time. */
const PARALLEL_READS = 10;

export interface KeyVaultOptions {
  /** The identity that signs in to the vault. The default is the system-assigned identity of the function app. */
  readonly credential?: TokenCredential;
  /** For tests only. The service keeps the SDK's checks of the vault's certificate and authentication challenge. */
  readonly client?: SecretClientOptions;
  /** For tests only: the time for an attempt and for a whole call, in milliseconds. */
  readonly attemptTimeout?: number;
  readonly callTimeout?: number;
}

interface Until {
  readonly abortSignal: AbortSignal;
}

/**
 * The tokens in Azure Key Vault: one secret for each service and tenant, and one version for each token. Calls reject if the vault does not answer,
 * but not for a secret that does not exist. The identity needs the role Key Vault Secrets User.
 */
export function keyVault(uri: string, options: KeyVaultOptions = {}): TokenVault {
  const { attemptTimeout = ATTEMPT_TIMEOUT, callTimeout = CALL_TIMEOUT } = options;
  const { credential, isSigningIn } = limitSignIn(options.credential ?? managedIdentity(), attemptTimeout);
  const client = new SecretClient(uri, credential, {
    retryOptions: RETRIES,
    additionalPolicies: [rejectLongWaits, limitAttempts(attemptTimeout)],
    ...options.client,
  });
  const waitsFor = () => (isSigningIn() ? 'identity' : 'vault');
  const limited = <T>(call: (until: Until) => Promise<T>): Promise<T> =>
    withTimeout(call, { timeout: callTimeout, timeoutError: () => new NoAnswer(waitsFor()) });
  return {
    waitsFor,
    listSecrets: () => limited((until) => listSecrets(client, until)),
    readVersions: (name, isKnown = () => false) => limited((until) => readVersions(client, { name, isKnown }, until)),
  };
}

/** The sign-in to the vault failed with an error, which is the cause. A sign-in that times out is NoAnswer instead. */
class SignInFailed extends Error {
  override readonly name = 'SignInFailed';
}

/** Wraps a credential, so that a sign-in times out and `isSigningIn` shows whether one is in progress. */
function limitSignIn(credential: TokenCredential, timeout: number) {
  let signIns = 0;
  const watched: TokenCredential = {
    async getToken(scopes, options) {
      signIns += 1;
      try {
        return await withTimeout(() => credential.getToken(scopes, options), {
          timeout,
          timeoutError: () => new NoAnswer('identity'),
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

/** Aborts a call that takes too long, and rejects even if the call ignores the abort signal. */
async function withTimeout<T>(
  call: (until: Until) => Promise<T>,
  { timeout, timeoutError }: { readonly timeout: number; readonly timeoutError: () => Error },
): Promise<T> {
  const abort = new AbortController();
  const { promise: timedOut, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(timeoutError());
    abort.abort();
  }, timeout);
  timer.unref();
  try {
    return await Promise.race([call({ abortSignal: abort.signal }), timedOut]);
  } finally {
    clearTimeout(timer);
  }
}

async function listSecrets(client: SecretClient, until: Until): Promise<ReadonlyMap<string, number | undefined>> {
  const secrets = await collect(client.listPropertiesOfSecrets(until).byPage());
  const tokens = secrets
    .map((secret) => ({ ...secret, name: secret.name.toLowerCase() })) // names in Key Vault are case-insensitive
    .filter(({ name }) => name.startsWith(TOKEN_SECRET_PREFIX));
  return new Map(tokens.map(({ name, createdOn, updatedOn }) => [name, (updatedOn ?? createdOn)?.getTime()]));
}

/** A listing of the vault repeats itself or is too long, so its items cannot be trusted. */
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
    const batch = listed.slice(at, at + PARALLEL_READS);
    const versions = await Promise.all(
      batch.map((properties) => readVersion(client, { ...wanted, properties }, until)),
    );
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

/** Whether a version is valid now or may become valid. */
const isUsable = ({ enabled, expiresOn }: SecretProperties): boolean =>
  enabled === true && (expiresOn === undefined || expiresOn.getTime() > Date.now());

/** Reads a version and its token. A failure is returned, not thrown, so that the other versions can still be used. */
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
 * Whether a secret or version was deleted, or was disabled after it was listed. Any other 403 or 404 means that the call was not allowed or did not
 * reach the vault. https://learn.microsoft.com/azure/key-vault/general/rest-error-codes
 */
function isGone(error: unknown): boolean {
  if (!isRestError(error)) return false;
  return error.code === 'SecretNotFound' || innerCode(error.details) === 'SecretDisabled';
}

function innerCode(details: unknown): unknown {
  const { error } = (details ?? {}) as { readonly error?: { readonly innerError?: { readonly code?: unknown } } };
  return error?.innerError?.code;
}
