import { CommandError } from '../commands/shared/command-error.ts';
import { fetchFailureCode } from '../commands/shared/fetch-failure.ts';
import { isRecord, type JsonRecord, parseJson } from '../commands/shared/json.ts';
import { retryAfterSeconds } from '../commands/shared/retry-after.ts';
import { GraphError, readRefusal } from './graph-error.ts';
import { recordsOf } from './json.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A response, with its original text. */
export interface GraphResponse {
  readonly status: number;
  readonly text: string;
  /** An empty object if the response is not a JSON object. */
  readonly body: JsonRecord;
}

/** Microsoft Graph or Azure Resource Manager. Paths start with a slash. Each method throws GraphError for an error response, and CommandError if there is no response. */
export interface Graph {
  readonly get: (path: string) => Promise<GraphResponse>;
  /** Reads every page of a list. */
  readonly list: (path: string) => Promise<readonly JsonRecord[]>;
  /** A string as `body` is sent as JSON text; any other value is serialised. */
  readonly send: (method: Exclude<Method, 'GET'>, path: string, body?: unknown) => Promise<GraphResponse>;
}

/** How to reach Graph. */
export interface GraphOptions {
  /** The address with the version: https://graph.microsoft.com/v1.0. */
  readonly url: string;
  readonly accessToken: () => Promise<string>;
  readonly wait: (seconds: number) => Promise<void>;
  /** Called with the reason whenever the command waits. */
  readonly progress: (sentence: string) => void;
}

const secondsToAnswer = 100;
const attempts = 6;
const longestPause = 300;
const pagesAtMost = 1_000;

/** Opens a client that authenticates, follows Retry-After, and repeats requests that a busy server did not process. */
export function openGraph(options: GraphOptions): Graph {
  const request = async (method: Method, url: string, body?: unknown): Promise<GraphResponse> => {
    for (let attempt = 1; ; attempt += 1) {
      const response = await exchange(method, url, await options.accessToken(), body);
      const text = await response.text();
      const pause = pauseAfter(method, response, attempt);
      if (pause === undefined) return conclude(method, url, response, text);
      options.progress(`Microsoft Graph is busy (${response.status}): trying again in ${Math.ceil(pause)} seconds.`);
      await options.wait(pause);
    }
  };
  const get = (path: string) => request('GET', `${options.url}${path}`);
  return {
    get,
    list: (path) => listAll(options.url, path, get),
    send: (method, path, body) => request(method, `${options.url}${path}`, body),
  };
}

async function listAll(base: string, path: string, get: Graph['get']): Promise<readonly JsonRecord[]> {
  const items: JsonRecord[] = [];
  let next: string | undefined = path;
  for (let pages = 0; next !== undefined; pages += 1) {
    if (pages >= pagesAtMost)
      throw new CommandError(`${path.split('?')[0]} has more than ${pagesAtMost} pages, so reading it was stopped.`);
    const { body }: GraphResponse = await get(next);
    if (!Array.isArray(body['value']))
      throw new CommandError(`The response to GET ${path.split('?')[0]} contains no list named "value".`);
    items.push(...recordsOf(body['value']));
    next = nextPath(base, body['@odata.nextLink']);
  }
  return items;
}

/** The path of the next page. Throws CommandError if it is on a different server, which must not receive the access token. */
function nextPath(base: string, link: unknown): string | undefined {
  if (typeof link !== 'string' || link === '') return undefined;
  const { origin, pathname, search } = new URL(link, `${base}/`);
  const root = new URL(base);
  if (origin === root.origin && pathname.startsWith(root.pathname))
    return pathname.slice(root.pathname.length) + search;
  throw new CommandError(`${base} names a next page on a different server, ${origin}. It was not read.`);
}

async function exchange(method: Method, url: string, token: string, body: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  const init = { method, redirect: 'manual', signal: AbortSignal.timeout(secondsToAnswer * 1_000) } as const;
  try {
    if (body === undefined) return await fetch(url, { ...init, headers });
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return await fetch(url, { ...init, headers: { ...headers, 'content-type': 'application/json' }, body: text });
  } catch (error) {
    throw unreachable(method, url, error);
  }
}

function unreachable(method: Method, url: string, error: unknown): CommandError {
  const code = fetchFailureCode(error);
  const reason = code ? ` (${code})` : '';
  const { origin, pathname } = new URL(url);
  return new CommandError(
    `${origin} did not respond to ${method} ${pathname}${reason}. Check your network and --graph-url, then run the command again: it continues where it stopped.`,
  );
}

/** The seconds to wait before the request is repeated; undefined if it must not be repeated. Graph does not process a request that it refuses with 429. */
function pauseAfter(method: Method, { status, headers }: Response, attempt: number): number | undefined {
  const isBusy = status === 429 || (status >= 500 && status !== 501 && (method === 'GET' || method === 'PUT'));
  if (!isBusy || attempt >= attempts) return undefined;
  const pause = retryAfterSeconds(headers.get('retry-after')) ?? 2 ** attempt;
  return pause <= longestPause ? pause : undefined;
}

function conclude(method: Method, url: string, response: Response, text: string): GraphResponse {
  const { status, headers } = response;
  if (response.ok) {
    const body = parseJson(text);
    return { status, text, body: isRecord(body) ? body : {} };
  }
  throw new GraphError(`${method} ${new URL(url).pathname}`, readRefusal(status, text, headers.get('request-id')));
}
