import { CommandError } from '../commands/shared/command-error.ts';
import { fetchFailureCode } from '../commands/shared/fetch-failure.ts';
import { isRecord, parseJson } from '../commands/shared/json.ts';
import { retryAfterSeconds } from '../commands/shared/retry-after.ts';
import { addressOf, type TenantUrl } from './tenant-url.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** A response of the service. */
export interface ScimResponse {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | null;
  /** Undefined if the body is not JSON. */
  readonly body: unknown;
}

/** A request and its response, for `watch`. */
export interface Exchange {
  readonly method: Method;
  readonly url: string;
  readonly sent: unknown;
  readonly response: ScimResponse;
}

/** Sends a request to the service; `path` is the part after the Tenant URL. Throws CommandError if further requests cannot succeed either. */
export type Send = (method: Method, path: string, body?: unknown) => Promise<ScimResponse>;

interface ConnectionOptions {
  readonly tenantUrl: TenantUrl;
  readonly token: string;
  readonly wait: (seconds: number, signal?: AbortSignal) => Promise<void>;
  /** Once it is aborted, a pause ends at once. */
  readonly stop: AbortSignal;
  readonly watch?: (exchange: Exchange) => void;
}

interface Outgoing {
  readonly method: Method;
  readonly url: string;
  readonly token: string;
  readonly sent: unknown;
}

const secondsToAnswer = 30;

/** Connects to the service: each request is authenticated, and is repeated if the service is busy. */
export function connect({ tenantUrl, token, wait, stop, watch }: ConnectionOptions): Send {
  return async (method, path, sent) => {
    const url = addressOf(tenantUrl, path);
    for (let attempt = 1; ; attempt += 1) {
      const response = await exchange({ method, url, token, sent });
      watch?.({ method, url, sent, response });
      if (response.status === 401) throw tokenRefused(tenantUrl, response);
      const pause = isBusy(response) ? pauseAfter(attempt, response.retryAfter) : undefined;
      if (pause === undefined || stop.aborted) return response;
      await wait(pause, stop).catch(() => undefined);
      if (stop.aborted) return response;
    }
  };
}

async function exchange({ method, url, token, sent }: Outgoing): Promise<ScimResponse> {
  const init = { method, headers: headersWith(token), redirect: 'manual' } as const;
  const signal = AbortSignal.timeout(secondsToAnswer * 1000);
  try {
    const response = await fetch(url, {
      ...init,
      signal,
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    });
    return await read(response);
  } catch (error) {
    throw new CommandError(unreachable(url, error));
  }
}

const headersWith = (token: string) => ({
  authorization: `Bearer ${token}`,
  accept: 'application/scim+json',
  'content-type': 'application/scim+json; charset=utf-8',
});

async function read(response: Response): Promise<ScimResponse> {
  const text = await response.text();
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    retryAfter: response.headers.get('retry-after'),
    body: parseJson(text),
  };
}

function unreachable(url: string, error: unknown): string {
  const { origin } = new URL(url);
  if (isRecord(error) && error['name'] === 'TimeoutError') {
    return `${origin} did not respond within ${secondsToAnswer} seconds: try again later.`;
  }
  const code = fetchFailureCode(error);
  const reason = code ? ` (${code})` : '';
  return `${origin} cannot be reached${reason}: check --url, and that the service is running (locally: npm start).`;
}

function tokenRefused({ base }: TenantUrl, response: ScimResponse): CommandError {
  return new CommandError(
    `${base} does not accept the token: check --token, and that the token is for this service. The service returned ${describeResponse(response)}`,
  );
}

const attempts = 5;
const longestPause = 60;

/**
 * The seconds to pause after an attempt (1 is the first) that returned 429 or 503: the value of Retry-After, or 1, 2, 4, 8.
 * Undefined if there are no attempts left, or if the service asks for more than a minute.
 */
function pauseAfter(attempt: number, retryAfter: string | null): number | undefined {
  if (attempt >= attempts) return undefined;
  const pause = retryAfterSeconds(retryAfter) ?? 2 ** (attempt - 1);
  return pause > longestPause ? undefined : pause;
}

/** Whether the service asks the client to try again later (RFC 6585 section 4, RFC 9110 section 15.6.4). */
const isBusy = ({ status }: ScimResponse): boolean => status === 429 || status === 503;

const isSuccess = ({ status }: ScimResponse): boolean => status >= 200 && status < 300;

/** A response in one line: its status, and the scimType and detail of a SCIM error (RFC 7644 section 3.12). */
export function describeResponse({ status, contentType, body }: ScimResponse): string {
  const error = isRecord(body) ? body : {};
  const scimType = typeof error['scimType'] === 'string' ? ` ${error['scimType']}` : '';
  if (typeof error['detail'] === 'string') return `${status}${scimType}: ${error['detail']}`;
  return `${status}${scimType}, ${contentType.split(';')[0] || 'an empty response'} without a detail`;
}

/** The service refused a request for one user. The message contains the request and the response. */
export class RequestRefusedError extends CommandError {
  override readonly name = 'RequestRefusedError';
  /** Whether the service was still busy at the last attempt. */
  readonly busy: boolean;

  constructor(request: `${Method} ${string}`, sentence: string, busy = false) {
    super(`${request} ${sentence}`);
    this.busy = busy;
  }
}

/** Throws RequestRefusedError unless the status is 2xx. */
export function expectSuccess(request: `${Method} ${string}`, response: ScimResponse): void {
  if (isSuccess(response)) return;
  throw new RequestRefusedError(request, `returned ${describeResponse(response)}`, isBusy(response));
}
