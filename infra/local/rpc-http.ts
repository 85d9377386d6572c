import type { IncomingMessage } from 'node:http';
import type { RpcHttp } from './functions-core.ts';

/**
 * Kestrel's MaxRequestBodySize, in bytes: 100 MiB, or what the app setting says. The real host reads it once, when it starts.
 * https://learn.microsoft.com/azure/azure-functions/functions-app-settings#functions_request_body_size_limit
 */
const bodyLimit = (): number => Number(process.env['FUNCTIONS_REQUEST_BODY_SIZE_LIMIT'] || 100 * 1024 * 1024);

export interface Target {
  /** Decoded, see decodePath. */
  readonly path: string;
  /** As it was sent, with its question mark; or empty. */
  readonly query: string;
}

/** The request as the host hands it to the worker. Undefined where its body is over the limit. Rejects when the client goes away. */
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

/** The host copies a body only where Content-Length announces one: of a chunked body the function sees nothing. */
function bodyLength({ headers }: IncomingMessage): number {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : 0;
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** Names in lower case; the values of a repeated header joined by a comma, Authorization's too. */
function joinHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    headers[name] = name in headers ? `${headers[name]},${value}` : value;
  }
  return headers;
}

/** Keys are compared without regard to case; the values of a repeated one are joined by a comma. */
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
 * The decoded path: valid escapes once, but never %2F, and then no dot segments, however they were written.
 * Undefined for a path that Kestrel refuses (400): a raw byte outside ASCII, or NUL.
 */
export function decodePath(raw: string): string | undefined {
  if (/[^\x21-\x7e]/.test(raw)) return undefined;
  const decoded = raw.includes('%') ? raw.replace(UTF8_ESCAPES, decodeEscape) : raw;
  if (decoded.includes('\0')) return undefined;
  return DOT_SEGMENT.test(decoded) ? removeDotSegments(decoded) : decoded;
}

/** The decoded path as request.url shows it: `%40` has become `@`, `%2F` and `%252F` are both `%2F`. */
const encodePath = (decoded: string): string => decoded.replace(NOT_IN_A_PATH, encodeURIComponent);

function decodeEscape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // an overlong form or a surrogate: not UTF-8, stays literal
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
