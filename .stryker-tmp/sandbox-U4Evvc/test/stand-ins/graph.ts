// @ts-nocheck
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type GraphAnswer, refusal, route } from './graph-routes.ts';
import { type Delays, type GraphTenant, newTenant, noDelays } from './graph-tenant.ts';

/** How the stand-in is asked to test a connection: resolves to a code of Entra's where it fails. */
export type Probe = (connection: {
  readonly baseAddress: string;
  readonly token: string;
  readonly attribute: string;
}) => Promise<string | undefined>;

export interface GraphStandIn {
  /** Without the version. */
  readonly url: string;
  readonly tenant: GraphTenant;
  /** An access token that it accepts. */
  readonly token: string;
  /** Every request: `PUT /servicePrincipals/{id}/synchronization/secrets`, with what was sent. */
  readonly requests: { readonly line: string; readonly body: string }[];
  /** Those that are no GET. */
  readonly writes: () => readonly string[];
  /** The stand-in's clock, in milliseconds; a wait of the command moves it. */
  readonly clock: { now: number };
  readonly settings: Settings;
  readonly stop: () => Promise<void>;
}

export interface Settings {
  delays: Delays;
  /** Every so many requests, one is answered 429. */
  throttleEvery: number;
  /** The number of the request whose connection is cut, and whether it was carried out before. */
  cut: { readonly at: number; readonly done: boolean } | undefined;
  probe: Probe;
  /** Answers a request instead of the stand-in. */
  instead: ((line: string, body: string) => GraphAnswer | undefined) | undefined;
}

/** A Microsoft Graph on a free loopback port that keeps applications, jobs, settings and schemas, and lags and refuses as Graph does. */
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
  const { port } = server.address() as AddressInfo; // a listening TCP server has such an address
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
