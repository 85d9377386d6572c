import type { SecretClientOptions } from '@azure/keyvault-secrets';

/** How long one HTTP request may take, in milliseconds, before its connection is closed. */
export const ATTEMPT_TIMEOUT = 10_000;

/** The longest Retry-After, in milliseconds, that the SDK may wait for before it repeats a request. */
const MAX_PAUSE = 2_000;

/** What did not answer in time: the vault, or the identity endpoint that a sign-in to the vault calls first. */
export type Endpoint = 'identity' | 'vault';

/** The vault or the identity endpoint did not answer in time. `code` says which. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly code: Endpoint;

  constructor(code: Endpoint) {
    super(code === 'identity' ? 'The identity endpoint did not answer.' : 'The key vault did not answer.');
    this.code = code;
  }
}

/** The vault answered with a Retry-After that is longer than a request waits. `retryAfter` is in seconds. */
export class VaultBusy extends Error {
  override readonly name = 'VaultBusy';
  readonly statusCode: number;
  readonly code: string | undefined;
  readonly retryAfter: number;

  constructor(answer: Pick<VaultBusy, 'statusCode' | 'code' | 'retryAfter'>) {
    super(`The key vault answered ${answer.statusCode} and asks for a pause of ${answer.retryAfter} seconds.`);
    this.statusCode = answer.statusCode;
    this.code = answer.code;
    this.retryAfter = answer.retryAfter;
  }
}

/** The additional policies of an Azure client. Their type is the same for all clients. */
type Policies = NonNullable<SecretClientOptions['additionalPolicies']>;
type Policy = Policies[number]['policy'];
type PipelineResponse = Awaited<ReturnType<Policy['sendRequest']>>;

/** Closes the connection of an attempt that hangs. Without this policy, the attempt would never end. */
export const limitAttempts = (longest = ATTEMPT_TIMEOUT): Policies[number] => ({
  position: 'perRetry',
  policy: {
    name: 'limitAttempts',
    async sendRequest(request, next) {
      request.timeout = longest;
      try {
        return await next(request);
      } catch (error) {
        const isOurs = error instanceof Error && error.name === 'AbortError' && !request.abortSignal?.aborted;
        throw isOurs ? new NoAnswer('vault') : error;
      }
    },
  },
});

/** Ends a request with VaultBusy where the SDK would wait for a long Retry-After. By the end of that wait, the caller would have given up. */
export const rejectLongWaits: Policies[number] = {
  position: 'perRetry',
  policy: {
    name: 'rejectLongWaits',
    async sendRequest(request, next) {
      const response = await next(request);
      const pause = pauseIn(response);
      if (pause <= MAX_PAUSE) return response;
      throw new VaultBusy({
        statusCode: response.status,
        code: codeIn(response.bodyAsText),
        retryAfter: Math.ceil(pause / 1_000),
      });
    },
  },
};

/** The pause that a response asks for, in milliseconds, by the headers that the SDK obeys: Retry-After (RFC 9110 section 10.2.3) and Azure's own. */
function pauseIn({ status, headers }: PipelineResponse): number {
  if (status !== 429 && status !== 503) return 0;
  const inMilliseconds = headers.get('retry-after-ms') ?? headers.get('x-ms-retry-after-ms');
  if (inMilliseconds !== undefined) return Number(inMilliseconds) || 0;
  const text = headers.get('retry-after') ?? '';
  const pause = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(pause) ? pause : 0;
}

/** Key Vault's own error code: https://learn.microsoft.com/azure/key-vault/general/rest-error-codes */
function codeIn(body: string | null | undefined): string | undefined {
  try {
    const code = (JSON.parse(body ?? '') as { readonly error?: { readonly code?: unknown } } | null)?.error?.code;
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
}
