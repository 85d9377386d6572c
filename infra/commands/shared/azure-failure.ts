import { isRestError } from '@azure/keyvault-secrets';
import { VaultBusy } from '../../../shared/auth/vault-attempts.ts';
import { CommandError } from './command-error.ts';

/** A part of Azure that a command calls. */
export interface Place {
  /** How it is named to the person: `The key vault https://…`. */
  readonly name: string;
  /** The role that the command needs there. */
  readonly role: string;
}

/** Longest time of one call, the SDK's own retries included, in milliseconds. */
export const LONGEST_CALL = 30_000;

const SIGN_IN_ERRORS = [
  'CredentialUnavailableError',
  'AuthenticationError',
  'AggregateAuthenticationError',
  'AuthenticationRequiredError',
];

/** What kept a call from being answered, in one sentence that says what to do. Anything else than Azure's doing is returned as it is. */
export function explainAzure(error: unknown, place: Place): unknown {
  const sentence = error instanceof Error ? sentenceOf(error, place) : undefined;
  return sentence === undefined ? error : new CommandError(sentence);
}

function sentenceOf(error: Error, place: Place): string | undefined {
  if (SIGN_IN_ERRORS.includes(error.name))
    return 'Nobody is signed in to Azure here, or the sign-in has expired: run az login and try again.';
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return `${place.name} did not answer within ${LONGEST_CALL / 1_000} seconds: check the address and your network, then try again.`;
  if (error instanceof VaultBusy)
    return `${place.name} is busy (${error.statusCode} ${error.code ?? ''}) and asks to be left alone for ${error.retryAfter} seconds: try again then.`;
  if (/challenge resource .* does not match/i.test(error.message))
    return `${place.name} asks for a sign-in to something else: check the address.`;
  return isRestError(error) ? ofAnswer(error, place) : undefined;
}

interface AzureAnswer {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message: string;
  /** The parsed body. */
  readonly details?: unknown;
  readonly request?: { readonly url: string };
}

/**
 * How vault and storage refuse a network rather than an identity: https://learn.microsoft.com/azure/key-vault/general/rest-error-codes#http-403-insufficient-permissions
 * and https://learn.microsoft.com/troubleshoot/azure/azure-storage/blobs/authentication/storage-troubleshoot-403-errors
 */
const NETWORK =
  /ForbiddenByFirewall|ForbiddenByConnection|AuthorizationFailure\b|public network access|client address is not authorized/i;

function ofAnswer(answer: AzureAnswer, { name, role }: Place): string {
  const { statusCode, code } = answer;
  if (statusCode === undefined)
    return `${name} cannot be reached (${code ?? 'no connection'}): check the address and your network.`;
  if (statusCode === 401)
    return `${name} does not accept this sign-in: sign in to its own Azure tenant with az login --tenant.`;
  if (statusCode === 403 && isNetworkRefused(answer))
    return `${name} lets in no call from this network: name your address in operatorAddresses of the environment's parameters and deploy (docs/deploy.md).`;
  if (statusCode === 403)
    return `${name} does not allow this: you need the role ${role} there (just given, it takes some minutes to count).`;
  if (statusCode === 429 || statusCode >= 500)
    return `${name} is busy or out of order (${statusCode}): try again later.`;
  return `${name} answered ${statusCode}${code ? ` ${code}` : ''}: check the address.`;
}

/** Azurite has no such rules, but answers a wrong key in the same way. */
const isNetworkRefused = ({ code, message, details, request }: AzureAnswer): boolean =>
  NETWORK.test(`${code} ${message} ${JSON.stringify(details)}`) &&
  !/^https?:\/\/(127\.|localhost)/.test(request?.url ?? '');
