import { isRestError } from '@azure/keyvault-secrets';
import { VaultBusy } from '../../../shared/auth/vault-attempts.ts';
import { CommandError } from './command-error.ts';

/** An Azure resource that a command calls. */
export interface Place {
  /** Its name in messages: `The key vault https://…`. */
  readonly name: string;
  /** The role that the command needs there. */
  readonly role: string;
}

/** The longest time of one call in milliseconds, including the SDK's own retries. */
export const LONGEST_CALL = 30_000;

const SIGN_IN_ERRORS = [
  'CredentialUnavailableError',
  'AuthenticationError',
  'AggregateAuthenticationError',
  'AuthenticationRequiredError',
];

/** Calls Azure for at most LONGEST_CALL. If the call fails, throws the error that explainAzure returns. */
export async function callAzure<T>(place: Place, call: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await call(AbortSignal.timeout(LONGEST_CALL));
  } catch (error) {
    throw explainAzure(error, place);
  }
}

/** Explains why a call failed and what to do about it. An error that does not come from Azure is returned unchanged. */
export function explainAzure(error: unknown, place: Place): unknown {
  const sentence = error instanceof Error ? sentenceOf(error, place) : undefined;
  return sentence === undefined ? error : new CommandError(sentence);
}

function sentenceOf(error: Error, place: Place): string | undefined {
  if (SIGN_IN_ERRORS.includes(error.name))
    return 'You are not signed in to Azure, or your sign-in has expired: run az login and try again.';
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return `${place.name} did not respond within ${LONGEST_CALL / 1_000} seconds: check the address and your network, then try again.`;
  if (error instanceof VaultBusy)
    return `${place.name} is busy (${error.statusCode} ${error.code ?? ''}) and asks clients to wait ${error.retryAfter} seconds: try again after that.`;
  if (/challenge resource .* does not match/i.test(error.message))
    return `${place.name} asks for a sign-in to a different resource: check the address.`;
  return isRestError(error) ? sentenceForResponse(error, place) : undefined;
}

interface AzureResponse {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message: string;
  /** The parsed body. */
  readonly details?: unknown;
  readonly request?: { readonly url: string };
}

/**
 * Matches a refusal by Key Vault or Azure Storage of the caller's network, not of the caller's identity: https://learn.microsoft.com/azure/key-vault/general/rest-error-codes#http-403-insufficient-permissions
 * and https://learn.microsoft.com/troubleshoot/azure/azure-storage/blobs/authentication/storage-troubleshoot-403-errors
 */
const NETWORK =
  /ForbiddenByFirewall|ForbiddenByConnection|AuthorizationFailure\b|public network access|client address is not authorized/i;

function sentenceForResponse(response: AzureResponse, { name, role }: Place): string {
  const { statusCode, code } = response;
  if (statusCode === undefined)
    return `${name} cannot be reached (${code ?? 'no connection'}): check the address and your network.`;
  if (statusCode === 401)
    return `${name} does not accept this sign-in: sign in to its own Azure tenant with az login --tenant.`;
  if (statusCode === 403 && isNetworkRefused(response))
    return `${name} does not accept calls from this network: add your IP address to operatorAddresses in the environment's parameters and deploy (docs/deploy.md).`;
  if (statusCode === 403)
    return `${name} does not allow this: you need the role ${role} on it. A new role assignment takes effect after some minutes.`;
  if (statusCode === 429 || statusCode >= 500)
    return `${name} is busy or unavailable (${statusCode}): try again later.`;
  return `${name} returned ${statusCode}${code ? ` ${code}` : ''}: check the address.`;
}

/** Azurite, which has no network rules, refuses a wrong key in the same words. */
const isNetworkRefused = ({ code, message, details, request }: AzureResponse): boolean =>
  NETWORK.test(`${code} ${message} ${JSON.stringify(details)}`) &&
  !/^https?:\/\/(127\.|localhost)/.test(request?.url ?? '');
