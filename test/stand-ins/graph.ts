import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type GraphAnswer, refusal, route } from './graph-routes.ts';
import { type Delays, type GraphTenant, newTenant, noDelays } from './graph-tenant.ts';

/** Tests a connection for the stand-in. Resolves to one of Entra's error codes if it fails. */
export type Probe = (connection: {
  readonly baseAddress: string;
  readonly token: string;
  readonly attribute: string;
}) => Promise<string | undefined>;

export interface GraphStandIn {
  /** The address without the version of the API. */
  readonly url: string;
  readonly tenant: GraphTenant;
  /** An access token that it accepts. */
  readonly token: string;
  /** Every request with its body, such as `PUT /servicePrincipals/{id}/synchronization/secrets`. */
  readonly requests: { readonly line: string; readonly body: string }[];
  /** The requests that are not GET. */
  readonly writes: () => readonly string[];
  /** The stand-in's clock in milliseconds. It moves when the command waits. */
  readonly clock: { now: number };
  readonly settings: Settings;
  readonly stop: () => Promise<void>;
}

export interface Settings {
  delays: Delays;
  /** After this many requests, one gets a 429. */
  throttleEvery: number;
  /** The number of the request whose connection is cut, and whether it was carried out before. */
  cut: { readonly at: number; readonly done: boolean } | undefined;
  probe: Probe;
  /** Answers a request instead of the stand-in. */
  instead: ((line: string, body: string) => GraphAnswer | undefined) | undefined;
}

/** Starts a Microsoft Graph on a free loopback port. It stores applications, jobs, settings and schemas, and has the delays and refusals of Graph. */
export async function startGraph(): Promise<GraphStandIn> {
  const clock = { now: Date.parse('2026-11-02T08:00:00Z') };
  const tenant = newTenant();
  const settings: Settings = {
    delays: noDelays,
    throttleEvery: 0,
    cut: undefined,
    probe: async () => undefined,
    instead: undefined,
  };
  const requests: { line: string; body: string }[] = [];
  const token = `graph-${tenant.id}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray()).toString();
    const url = new URL(request.url ?? '/', 'http://graph');
    const path = url.pathname.replace(/^\/v1\.0/, '');
    requests.push({ line: `${request.method} ${path}`, body });
    const { cut, throttleEvery } = settings;
    const isCut = cut?.at === requests.length;
    if (isCut && !cut.done) return void request.socket.destroy();
    if (request.headers.authorization !== `Bearer ${token}`)
      return send(response, refusal(401, 'InvalidAuthenticationToken', 'Access token is empty or expired.'));
    if (throttleEvery > 0 && requests.length % throttleEvery === 0)
      return send(response, {
        ...refusal(429, 'TooManyRequests', 'Too many requests.'),
        headers: { 'retry-after': '3' },
      });
    const method = request.method ?? '';
    const given = settings.instead?.(`${method} ${path}`, body);
    const reply =
      given ??
      (await route({
        tenant,
        settings,
        now: clock.now,
        method,
        path,
        query: url.searchParams,
        body,
        origin: `http://${request.headers.host}`,
      }));
    if (isCut) return void request.socket.destroy();
    send(response, reply);
  }

  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address is an AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    tenant,
    token,
    requests,
    writes: () => requests.map(({ line }) => line).filter((line) => !line.startsWith('GET ')),
    clock,
    settings,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, { status, body, text, headers }: GraphAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'a-request-id', ...headers });
  response.end(text ?? (body === undefined ? undefined : JSON.stringify(body)));
}
