import { CommandError } from '../commands/shared/command-error.ts';
import { type Answer, isBusy, refused } from './answer.ts';
import { isRecord, parseJson } from './json.ts';
import { pauseAfter } from './retry.ts';
import type { Surroundings } from './surroundings.ts';
import { addressOf, type TenantUrl } from './tenant-url.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** One request and what came back, for those who watch. */
export interface Exchange {
  readonly method: Method;
  readonly url: string;
  readonly sent: unknown;
  readonly answer: Answer;
}

/** Sends a request to the service; `path` is what follows the Tenant URL. Throws CommandError where it makes no sense to go on. */
export type Send = (method: Method, path: string, body?: unknown) => Promise<Answer>;

interface ConnectionOptions {
  readonly tenantUrl: TenantUrl;
  readonly token: string;
  readonly wait: Surroundings['wait'];
  readonly watch?: (exchange: Exchange) => void;
}

const secondsToAnswer = 30;

/** The connector's side of the HTTP connection: authenticates, and tries again where the service is busy. */
export function connect({ tenantUrl, token, wait, watch }: ConnectionOptions): Send {
  return async (method, path, sent) => {
    const url = addressOf(tenantUrl, path);
    for (let attempt = 1; ; attempt += 1) {
      const answer = await exchange(method, url, token, sent);
      watch?.({ method, url, sent, answer });
      if (answer.status === 401) throw tokenRefused(tenantUrl, answer);
      const pause = isBusy(answer) ? pauseAfter(attempt, answer.retryAfter) : undefined;
      if (pause === undefined) return answer;
      await wait(pause);
    }
  };
}

async function exchange(method: Method, url: string, token: string, sent: unknown): Promise<Answer> {
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

async function read(response: Response): Promise<Answer> {
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
    return `${origin} did not answer within ${secondsToAnswer} seconds: try again later.`;
  }
  const code = codeOf(error);
  const reason = code ? ` (${code})` : '';
  return `${origin} cannot be reached${reason}: check --url, and that the service is running (locally: npm start).`;
}

/** fetch hides the reason in its error's cause, and in the first of several where it tried IPv6 and IPv4. */
function codeOf(error: unknown): string | undefined {
  const cause = isRecord(error) ? error['cause'] : undefined;
  if (!isRecord(cause)) return undefined;
  const first: unknown = Array.isArray(cause['errors']) ? cause['errors'][0] : cause;
  return isRecord(first) && typeof first['code'] === 'string' ? first['code'] : undefined;
}

function tokenRefused({ base }: TenantUrl, answer: Answer): CommandError {
  return new CommandError(
    `${base} does not accept the token: check --token, and that it is this service's. It answered ${refused(answer)}`,
  );
}
