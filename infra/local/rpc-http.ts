import type { IncomingMessage } from 'node:http';
import type { RpcHttp } from './functions-core.ts';
import { encodePath } from './request-path.ts';

/** Kestrel's MaxRequestBodySize, in bytes. */
const BODY_LIMIT = 100 * 1024 * 1024;

export interface Target {
  /** Decoded, see request-path.ts. */
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
  if (length > BODY_LIMIT) return undefined;
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
