import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CommandError } from '../../commands/shared/command-error.ts';
import { isRecord } from '../../commands/shared/json.ts';
import { guardOf } from './guard.ts';
import { buildPage, type PageFile, shell } from './page-files.ts';

/** Returns the value of the JSON response to a request of the page; undefined for 404. Throws CommandError with a sentence for the reader. */
export type Handler = (path: readonly string[], query: URLSearchParams) => Promise<unknown>;

/** What to serve, and where. */
export interface Served {
  readonly handle: Handler;
  /** The port. If it is in use, another one is used; 0 is any free port. */
  readonly port: number;
  /** Called with the next address whenever one has been used. */
  readonly onOpened?: (nextAddress: string) => void;
}

/** A running console. */
export interface RunningConsole {
  /** The address for the first browser. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Serves the page on 127.0.0.1. It only reads. */
export async function serveConsole({ handle, port, onOpened }: Served): Promise<RunningConsole> {
  const server = createServer();
  const guard = guardOf(await listen(server, port));

  server.on('request', (request, response) => {
    respond(request).then(
      (reply) => send(response, reply),
      (error: unknown) => send(response, explain(error)),
    );
  });

  let files: ReturnType<typeof buildPage> | undefined;

  async function respond({ method = '', url = '', headers }: IncomingMessage): Promise<Reply> {
    const target = URL.parse(url, 'http://127.0.0.1');
    if (!target || !url.startsWith('/')) return text(400, 'There is nothing at this address.');
    const verdict = guard.judge({ method, url: target, headers });
    if (verdict.kind === 'refused') return refusal(verdict.status, verdict.sentence);
    files ??= buildPage(); // only now, because it takes a moment and often nobody opens the page
    if (verdict.kind === 'allowed') return replyTo(target, { files: await files, handle });
    if (verdict.cookie) onOpened?.(guard.address());
    return {
      status: 303,
      headers: { location: verdict.location, ...(verdict.cookie && { 'set-cookie': verdict.cookie }) },
    };
  }

  return { address: guard.address(), close: () => stop(server) };
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly file?: PageFile;
}

async function replyTo(
  { pathname, searchParams }: URL,
  { files, handle }: { readonly files: ReadonlyMap<string, PageFile>; readonly handle: Handler },
): Promise<Reply> {
  const file = files.get(pathname);
  if (file) return { status: 200, file };
  const [first, ...path] = pathname.slice(1).split('/').map(decode);
  if (first === 'assets') return text(404, 'There is no such file.');
  if (first !== 'api') return { status: 200, file: shell };
  const found = await handle(path, searchParams);
  if (found === undefined) return text(404, 'There is nothing at this address.');
  return { status: 200, file: { type: 'application/json', body: JSON.stringify(found) } };
}

/** Decodes a segment of a path. Returns an empty string, which names nothing, for an invalid escape. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

const text = (status: number, sentence: string): Reply => ({
  status,
  file: { type: 'text/plain; charset=utf-8', body: `${sentence}\n` },
});

const refusal = (status: 403 | 405, sentence: string): Reply => ({
  ...text(status, sentence),
  ...(status === 405 && { headers: { allow: 'GET, HEAD' } }),
});

/** The response to a failure: a sentence for the reader. The error of a bug is printed in the terminal. */
function explain(error: unknown): Reply {
  if (error instanceof CommandError) return text(503, error.message);
  console.error(error);
  return text(500, 'The console failed. The terminal shows the error.');
}

/** Sends a response. For HEAD, Node omits the body. */
function send(response: ServerResponse, { status, headers, file }: Reply): void {
  response.writeHead(status, { ...HEADERS, ...headers, ...(file && { 'content-type': file.type }) });
  response.end(file?.body);
}

async function stop(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  if (server.listening) await once(server, 'close');
}

/** Listens on the port or, if it is in use, on any free one. Resolves to the port. */
async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if (port === 0 || !isInUse(error)) throw error;
    return listen(server, 0);
  }
  return (server.address() as AddressInfo).port; // a TCP server's address is one
}

const isInUse = (error: unknown): boolean => isRecord(error) && error['code'] === 'EADDRINUSE';
