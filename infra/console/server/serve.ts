import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CommandError } from '../../commands/shared/command-error.ts';
import { isRecord } from '../../commands/shared/json.ts';

import { doorOf } from './door.ts';
import { buildPage, type PageFile, shell } from './page-files.ts';

/** Answers a request of the page with a value for JSON; undefined if there is no such thing. Throws CommandError with a sentence for the reader. */
export type Answer = (path: readonly string[], query: URLSearchParams) => Promise<unknown>;

export interface Served {
  readonly answer: Answer;
  /** The port to use. If it is in use, another one is taken; 0 is any free port. */
  readonly port: number;
  /** Called with the next address each time that an address has been used. */
  readonly onOpened?: (nextAddress: string) => void;
}

/** A running console. */
export interface RunningConsole {
  /** The address that lets one browser in. */
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
export async function serveConsole({ answer, port, onOpened }: Served): Promise<RunningConsole> {
  const server = createServer();
  const door = doorOf(await listen(server, port));

  server.on('request', (request, response) => {
    respond(request).then(
      (reply) => send(response, reply),
      (error: unknown) => send(response, explain(error)),
    );
  });

  let files: ReturnType<typeof buildPage> | undefined;

  async function respond({ method = '', url = '', headers }: IncomingMessage): Promise<Reply> {
    const target = URL.parse(url, 'http://127.0.0.1');
    if (!target || !url.startsWith('/')) return text(400, 'The console has no such address.');
    const verdict = door.judge({ method, url: target, headers });
    if (verdict.kind === 'refused') return refusal(verdict.status, verdict.sentence);
    files ??= buildPage(); // which takes a moment, and most starts are not looked at
    if (verdict.kind === 'welcome') return replyTo(target, { files: await files, answer });
    if (verdict.cookie) onOpened?.(door.address());
    return {
      status: 303,
      headers: { location: verdict.location, ...(verdict.cookie && { 'set-cookie': verdict.cookie }) },
    };
  }

  return { address: door.address(), close: () => stop(server) };
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly file?: PageFile;
}

async function replyTo(
  { pathname, searchParams }: URL,
  { files, answer }: { readonly files: ReadonlyMap<string, PageFile>; readonly answer: Answer },
): Promise<Reply> {
  const file = files.get(pathname);
  if (file) return { status: 200, file };
  const [first, ...path] = pathname.slice(1).split('/').map(decode);
  if (first === 'assets') return text(404, 'There is no such file.');
  if (first !== 'api') return { status: 200, file: shell };
  const found = await answer(path, searchParams);
  if (found === undefined) return text(404, 'The console has nothing under this address.');
  return { status: 200, file: { type: 'application/json', body: JSON.stringify(found) } };
}

/** A decoded segment of a path. A segment that is wrongly escaped names nothing. */
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

/** An expected failure becomes a sentence for the page. A bug goes to the terminal. */
function explain(error: unknown): Reply {
  if (error instanceof CommandError) return text(503, error.message);
  console.error(error);
  return text(500, 'The console failed. The terminal shows the error.');
}

/** For HEAD, Node itself leaves out the body. */
function send(response: ServerResponse, { status, headers, file }: Reply): void {
  response.writeHead(status, { ...HEADERS, ...headers, ...(file && { 'content-type': file.type }) });
  response.end(file?.body);
}

async function stop(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  if (server.listening) await once(server, 'close');
}

/** Resolves to the port. If the wanted port is in use, another one is taken. */
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
