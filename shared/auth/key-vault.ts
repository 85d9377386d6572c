import { ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import { isRestError, SecretClient, type SecretClientOptions, type SecretProperties } from '@azure/keyvault-secrets';
import type { TokenVault, TokenVersion } from './token-vault.ts';

/**
 * The identity that Azure gave the function app: its system-assigned one, or the user-assigned one with this client id.
 * It asks nothing else: a chain of credentials would be slower and could end at an identity that nobody meant.
 * https://learn.microsoft.com/azure/developer/javascript/sdk/authentication/credential-chains
 */
export const managedIdentity = (clientId?: string): TokenCredential =>
  clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();

const SECRETS_OF_TOKENS = 'scim-';

/** Requests wait for the vault: two quick retries, and never more than five seconds for the whole answer. */
const RETRIES = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };
const LONGEST_ANSWER = 5_000;

export interface KeyVaultOptions {
  /** Who asks; without it the system-assigned identity of the function app. */
  readonly credential?: TokenCredential;
  /** For tests only: the product keeps the SDK's own checks of the certificate and of the challenge. */
  readonly client?: SecretClientOptions;
  /** For tests only: how long an answer may take, in milliseconds. */
  readonly longestAnswer?: number;
}

interface Until {
  readonly abortSignal: AbortSignal;
}

/**
 * The tokens in Azure Key Vault: a secret per service and tenant, a version per token. Rejects with whatever kept the vault
 * from answering; that a secret does not exist is an answer. Needs get and list (role Key Vault Secrets User).
 */
export function keyVault(uri: string, options: KeyVaultOptions = {}): TokenVault {
  const credential = options.credential ?? managedIdentity();
  const client = new SecretClient(uri, credential, { retryOptions: RETRIES, ...options.client });
  const longest = options.longestAnswer ?? LONGEST_ANSWER;
  return {
    listNames: () => inTime(longest, (until) => listNames(client, until)),
    readVersions: (name) => inTime(longest, (until) => readVersions(client, name, until)),
  };
}

/** Aborts what takes too long, and does not wait for what ignores that, such as a managed identity that is out of reach. */
async function inTime<T>(longest: number, ask: (until: Until) => Promise<T>): Promise<T> {
  const abortSignal = AbortSignal.timeout(longest);
  const tooLong = new Promise<never>((_, reject) => {
    abortSignal.addEventListener('abort', () => reject(abortSignal.reason), { once: true });
  });
  return Promise.race([ask({ abortSignal }), tooLong]);
}

async function listNames(client: SecretClient, until: Until): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const secret of client.listPropertiesOfSecrets(until)) {
    const name = secret.name.toLowerCase(); // Key Vault's names do not differ by case
    if (name.startsWith(SECRETS_OF_TOKENS)) names.add(name);
  }
  return names;
}

async function readVersions(client: SecretClient, name: string, until: Until): Promise<readonly TokenVersion[]> {
  const listed: SecretProperties[] = [];
  try {
    for await (const version of client.listPropertiesOfSecretVersions(name, until)) listed.push(version);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  const read = await Promise.all(listed.filter(isOfUse).map((version) => readVersion(client, version, until)));
  return read.filter((version) => version !== undefined);
}

/** An expired version never comes back, so its value is left where it is; one that is not valid yet may become valid. */
const isOfUse = ({ enabled, expiresOn }: SecretProperties): boolean =>
  enabled === true && (expiresOn === undefined || expiresOn.getTime() > Date.now());

async function readVersion(
  client: SecretClient,
  { name, version = '', createdOn, notBefore, expiresOn }: SecretProperties,
  until: Until,
): Promise<TokenVersion | undefined> {
  try {
    const { value } = await client.getSecret(name, { ...until, version });
    if (value === undefined) return undefined;
    return {
      token: value,
      ...(createdOn && { createdOn }),
      ...(notBefore && { notBefore }),
      ...(expiresOn && { expiresOn }),
    };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
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
