import type { IncomingMessage } from 'node:http';
import type { RpcHttp } from './functions-core.ts';

/**
 * Kestrel's MaxRequestBodySize in bytes: 100 MiB, or the value of the app setting. The real host reads the setting once, when it starts.
 * https://learn.microsoft.com/azure/azure-functions/functions-app-settings#functions_request_body_size_limit
 */
const bodyLimit = (): number => Number(process.env['FUNCTIONS_REQUEST_BODY_SIZE_LIMIT'] || 100 * 1024 * 1024);

/** The target of a request. */
export interface Target {
  /** The decoded path; see decodePath. */
  readonly path: string;
  /** The query as it was sent, with its question mark; empty if there is none. */
  readonly query: string;
}

/** Converts a request to the form in which the host passes it to the worker. Undefined if the body is too large. Rejects if the client disconnects. */
export async function toRpcHttp(
  request: IncomingMessage,
  target: Target,
  params: Readonly<Record<string, string>>,
): Promise<RpcHttp | undefined> {
  const length = bodyLength(request);
  if (length > bodyLimit()) return undefined;
  return {
    url: `http://${request.headers.host}${encodePath(target.path)}${target.query}`,
    method: request.method ?? 'GET',
    headers: joinHeaders(request.rawHeaders),
    query: joinQuery(target.query),
    params,
    ...(length > 0 && { body: { bytes: await readBody(request) } }),
  };
}

/** The host passes on a body only if the request has a Content-Length. A function never receives a chunked body. */
function bodyLength({ headers }: IncomingMessage): number {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : 0;
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** The headers with names in lower case. The values of a repeated header, even Authorization, are joined by commas. */
function joinHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    headers[name] = name in headers ? `${headers[name]},${value}` : value;
  }
  return headers;
}

/** The query parameters. Keys are compared ignoring case, and the values of a repeated key are joined by commas. */
function joinQuery(text: string): Record<string, string> {
  const query: Record<string, string> = Object.create(null);
  if (text === '') return query;
  const spelling = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(text)) {
    const first = spelling.get(key.toLowerCase()) ?? key;
    spelling.set(key.toLowerCase(), first);
    query[first] = first in query ? `${query[first]},${value}` : value;
  }
  return query;
}

const UTF8_ESCAPES =
  /%(?!2f)(?:[0-7][\da-f]|[cd][\da-f]%[89ab][\da-f]|e[\da-f](?:%[89ab][\da-f]){2}|f[0-4](?:%[89ab][\da-f]){3})/gi;
const DOT_SEGMENT = /\/\.\.?(?:\/|$)/;
const NOT_IN_A_PATH = /%(?![\da-f]{2})|[^\w\-.~!$&'()*+,;=:@/%]+/gi;

/**
 * Decodes a path: it decodes valid escapes once, except %2F, and then removes dot segments, including escaped ones.
 * Undefined for a path that Kestrel refuses with 400: one with a raw byte outside ASCII, or NUL.
 */
export function decodePath(raw: string): string | undefined {
  if (/[^\x21-\x7e]/.test(raw)) return undefined;
  const decoded = raw.includes('%') ? raw.replace(UTF8_ESCAPES, decodeEscape) : raw;
  if (decoded.includes('\0')) return undefined;
  return DOT_SEGMENT.test(decoded) ? removeDotSegments(decoded) : decoded;
}

/** The decoded path as request.url shows it: `%40` becomes `@`, and both `%2F` and `%252F` become `%2F`. */
const encodePath = (decoded: string): string => decoded.replace(NOT_IN_A_PATH, encodeURIComponent);

function decodeEscape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // an overlong form or a surrogate is not valid UTF-8 and stays escaped
  }
}

/** RFC 3986 section 5.2.4. */
function removeDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  const last = segments.at(-1);
  if (last === '.' || last === '..') kept.push('');
  return `/${kept.join('/')}`;
}
