import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { median } from './figures.ts';
import type { Server, Usage } from './server.ts';

/** A request. */
export interface Call {
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  readonly body?: object;
}

/** A response, and the time until it arrived in milliseconds. */
export interface TimedResponse {
  readonly status: number;
  readonly text: string;
  readonly duration: number;
}

/** A client of the measured server. */
export interface Client {
  /** Sends a request on a keep-alive connection. Rejects if the connection fails. */
  send(call: Call): Promise<TimedResponse>;
  close(): void;
}

/** Opens a client that sends requests like Entra: JSON with a Content-Length and a bearer token, on `width` keep-alive connections. */
export function openClient(base: string, token: string, width: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: width });

  async function send({ method, path, body }: Call): Promise<TimedResponse> {
    const started = performance.now();
    const content = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${token}`,
      accept: 'application/scim+json',
      ...(content !== undefined && {
        'content-type': 'application/scim+json; charset=utf-8',
        'content-length': Buffer.byteLength(content),
      }),
    };
    const outgoing = request(`${base}${path}`, { method, agent, headers });
    outgoing.end(content);
    const [incoming] = await once(outgoing, 'response');
    let text = '';
    for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
    return { status: incoming.statusCode, text, duration: performance.now() - started };
  }

  return { send, close: () => agent.destroy() };
}

/** A request and its expected response. */
export interface Task {
  readonly call: Call;
  readonly status: number;
  readonly contains?: string;
}

/** The cost of one request, averaged over requests of one kind. */
export interface Spent {
  /** CPU time of the server process in milliseconds. */
  readonly cpu: number;
  /** The median time until the response, in milliseconds. */
  readonly latency: number;
  readonly storageCalls: number;
}

/** The server that is measured, the client that sends to it, and how many requests it sends at the same time. */
export interface Measured {
  readonly server: Server;
  readonly client: Client;
  readonly width: number;
}

/** Sends the requests and measures their cost on the server. Throws if a response is not the expected one. */
export async function spend({ server, client, width }: Measured, tasks: readonly Task[]): Promise<Spent> {
  const before = await server.usage();
  const durations: number[] = [];
  const queue = tasks.values();
  const work = async () => {
    for (const task of queue) durations.push(await carryOut(client, task));
  };
  await Promise.all(Array.from({ length: width }, work));
  const after = await server.usage();
  return spentBetween(before, after, durations);
}

/** The cost of one request, from the server's usage before and after requests with these durations. */
export const spentBetween = (before: Usage, after: Usage, durations: readonly number[]): Spent => ({
  cpu: (after.cpu - before.cpu) / durations.length,
  latency: median(durations),
  storageCalls: (after.storageCalls - before.storageCalls) / durations.length,
});

/** Sends one request and checks the response. Resolves to the duration in milliseconds. */
export async function carryOut(client: Client, { call, status, contains = '' }: Task): Promise<number> {
  const response = await client.send(call);
  if (response.status === status && response.text.includes(contains)) return response.duration;
  throw new Error(
    `${call.method} ${call.path} returned an unexpected response, ${response.status}: ${response.text.slice(0, 300)}`,
  );
}
