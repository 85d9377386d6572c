import type { SecretClientOptions } from '@azure/keyvault-secrets';

/** The time for one HTTP request to the vault, in milliseconds. */
export const ATTEMPT_TIMEOUT = 10_000;

/** The longest Retry-After that the SDK may wait for, in milliseconds. */
const MAX_PAUSE = 2_000;

/** The key vault, or the identity endpoint that a sign-in to the vault calls. */
export type Endpoint = 'identity' | 'vault';

/** The endpoint in `code` did not answer in time. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly code: Endpoint;

  constructor(code: Endpoint) {
    super(code === 'identity' ? 'The identity endpoint did not answer.' : 'The key vault did not answer.');
    this.code = code;
  }
}

/** The vault returned a Retry-After that is longer than MAX_PAUSE. `retryAfter` is in seconds. */
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

type Policies = NonNullable<SecretClientOptions['additionalPolicies']>;
type Policy = Policies[number]['policy'];
type PipelineResponse = Awaited<ReturnType<Policy['sendRequest']>>;

/** Closes the connection of an attempt that hangs. The SDK itself has no time limit. */
export const limitAttempts = (timeout = ATTEMPT_TIMEOUT): Policies[number] => ({
  position: 'perRetry',
  policy: {
    name: 'limitAttempts',
    async sendRequest(request, next) {
      request.timeout = timeout;
      try {
        return await next(request);
      } catch (error) {
        const isOurs = error instanceof Error && error.name === 'AbortError' && !request.abortSignal?.aborted;
        throw isOurs ? new NoAnswer('vault') : error;
      }
    },
  },
});

/** Throws VaultBusy for a long Retry-After. The SDK would wait for it, but callers give up earlier. */
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

/** The pause that a response demands, in milliseconds: Retry-After (RFC 9110 section 10.2.3), or one of Azure's own headers, which come first. */
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
