import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import hostSettings from '../../host.json' with { type: 'json' };
import { type RegisteredFunction, type RpcHttp, registeredFunctions } from './functions-core.ts';
import { buildRoutes, findRoute, type Route } from './routes.ts';
import { decodePath, type Target, toRpcHttp } from './rpc-http.ts';
import { namedTimer, runTimer } from './timers.ts';
import { invoke, type Log, runHooks } from './worker.ts';

/** Kestrel's limits in bytes for the request line and for all header lines together. */
const REQUEST_LINE_LIMIT = 8 * 1024;
const HEADERS_LIMIT = 32 * 1024;
/** How long the host waits for requests in flight when it stops, in milliseconds. */
const STOP_LIMIT = 30_000;

/** How to start the host. */
export interface HostOptions {
  /** 0 for any free port. */
  readonly port: number;
  readonly host?: string;
  /** Receives what functions log through their context. By default, warnings and errors are written to stderr. */
  readonly log?: Log;
}

/** A running host. */
export interface Host {
  readonly url: string;
  readonly functions: readonly Route[];
  /** Waits for the requests in flight, then runs the appTerminate hooks. */
  close(): Promise<void>;
}

/**
 * Serves the registered functions by the rules of the Azure Functions host in its default mode (without HTTP streams).
 * Rejects with EADDRINUSE if the port is in use.
 */
export async function startHost({ port, host = '127.0.0.1', log = logProblems }: HostOptions): Promise<Host> {
  const functions = buildRoutes(registeredFunctions(), hostSettings.extensions.http.routePrefix);
  const open = new Set<ServerResponse>();
  // Node's own limit is above Kestrel's, so that readTarget applies Kestrel's. Idle connections stay open as long as Kestrel's.
  const server = createServer({ maxHeaderSize: 128 * 1024, keepAliveTimeout: 130_000 }, serve);
  server.on('connect', (request, socket) => serve(request, responseOn(request, socket)));
  function serve(request: IncomingMessage, response: ServerResponse): void {
    open.add(response.on('close', () => open.delete(response)));
    if (!server.listening) response.shouldKeepAlive = false;
    respond({ functions, request, response, log }).catch((error: unknown) => {
      if (!open.has(response)) return; // the client has gone
      log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
      send(response, 500);
    });
  }
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo; // a TCP server's address is an AddressInfo
  return { url: `http://${host}:${address.port}`, functions, close: () => stop(server, open) };
}

/** Makes the response to a CONNECT, for which Node provides only the socket. Kestrel treats CONNECT like any other request. */
function responseOn(request: IncomingMessage, socket: Duplex): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Socket); // an HTTP server's connections are sockets
  return response.on('finish', () => socket.end());
}

function logProblems(level: string, message: string): void {
  if (level === 'warning' || level === 'error' || level === 'critical') console.error(message);
}

async function stop(server: Server, open: ReadonlySet<ServerResponse>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  for (const response of open) response.shouldKeepAlive = false;
  const signal = AbortSignal.timeout(STOP_LIMIT);
  await Promise.allSettled([...open].map((response) => once(response, 'close', { signal })));
  server.closeAllConnections();
  await closed;
  await runHooks('appTerminate');
}

interface Exchange {
  readonly functions: readonly Route[];
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly log: Log;
}

async function respond({ functions, request, response, log }: Exchange): Promise<void> {
  const target = readTarget(request);
  if (typeof target === 'number') return send(response, target, 'close');
  if (isPreflight(request)) return send(response, 204);
  const timer = request.method === 'POST' ? namedTimer(target.path) : undefined;
  if (timer) return startTimer(timer, { request, response, log });
  const match = findRoute(functions, request.method ?? '', target.path);
  if (!match) return send(response, target.path === '/' ? 204 : 404);
  const { route, params } = match;
  const http = await toRpcHttp(request, target, params);
  if (!http) return send(response, 500, 'close');
  const returned = await invoke(route, { name: route.binding, data: { http } }, log);
  write(response, returned ?? { statusCode: '204' });
}

/**
 * POST /admin/functions/<name> starts a timer's function and does not wait for it. It accepts only JSON, which a web page of another origin cannot send.
 * https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http
 */
async function startTimer(
  timer: RegisteredFunction,
  { request, response, log }: Omit<Exchange, 'functions'>,
): Promise<void> {
  request.resume();
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return send(response, 415);
  void runTimer(timer, log);
  send(response, 202);
}

/** The request's target, or the status with which Kestrel refuses the request. */
function readTarget(request: IncomingMessage): Target | number {
  const url = request.url ?? '';
  if (`${request.method} ${url} HTTP/1.1\r\n`.length > REQUEST_LINE_LIMIT) return 414;
  if (request.rawHeaders.reduce((sum, text) => sum + text.length + 2, 0) > HEADERS_LIMIT) return 431;
  const end = url.indexOf('?');
  const path = decodePath(end < 0 ? url : url.slice(0, end));
  return path?.startsWith('/') ? { path, query: end < 0 ? '' : url.slice(end) } : 400;
}

/** Whether this is a CORS preflight request, to which the host itself responds. */
const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;

/** Sends a response of the host itself, without a body or a content type. */
function send(response: ServerResponse, status: number, connection?: 'close'): void {
  if (response.headersSent) return void response.destroy();
  write(response, { statusCode: String(status), headers: connection ? { connection } : {} });
}

/** Sends a response. It is chunked unless the handler set a length. An empty body has length 0, and 204 and 304 have neither a body nor a length. */
function write(response: ServerResponse, { statusCode, headers, body }: RpcHttp): void {
  const status = Number(statusCode);
  const empty = !body?.bytes?.length && status !== 204 && status !== 304 && response.req.method !== 'HEAD';
  response.writeHead(status, { ...(empty && { 'content-length': '0' }), ...headers, server: 'Kestrel' });
  response.end(body?.bytes);
}
