import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as it arrived at the socket. */
export interface StorageCall {
  readonly method: string;
  /** The decoded path below the account, such as `/advisors(PartitionKey='t',RowKey='r')` or `/$batch`. */
  readonly path: string;
  readonly body: string;
}

/** A call that has arrived, and the ways to treat it. */
export interface Exchange {
  readonly call: StorageCall;
  /** Lets storage carry the call out, and returns the answer without sending it. */
  readonly forward: () => Promise<StorageAnswer>;
  /** Sends an answer. */
  readonly answer: (answer: StorageAnswer) => Promise<void>;
  /** Closes the connection without an answer. */
  readonly cut: () => void;
  /** Resolves when the caller has closed the connection. */
  readonly closed: Promise<unknown>;
}

interface StorageAnswer {
  readonly status: number;
  readonly headers?: IncomingHttpHeaders;
  readonly body?: Buffer;
}

export type Treatment = (exchange: Exchange) => unknown;
export type Which = (call: StorageCall) => boolean;

/** A proxy between the service and Azurite, which records every call and can treat calls as a test wants. */
export interface StorageProxy {
  /** The connection string with the proxy as the endpoint. This works because a SharedKey signature does not cover the host. */
  readonly tables: string;
  /** Every call since the start, in the order of arrival. */
  readonly calls: readonly StorageCall[];
  /** Treats the next `times` calls of this kind in this way, and passes the others on. By default, only the next one. */
  readonly meet: (which: Which, treatment: Treatment, times?: number) => void;
  /** Passes all further calls on. */
  readonly calm: () => void;
  readonly stop: () => Promise<void>;
}

export const pass: Treatment = async ({ forward, answer }) => answer(await forward());

/** Storage never receives the call. */
export const cutBefore: Treatment = ({ cut }) => cut();

/** Storage carries the call out, but its answer is lost. */
export const cutAfter: Treatment = async ({ forward, cut }) => {
  await forward();
  cut();
};

/** Storage refuses the call without carrying it out. */
export const answerWith =
  (status: number): Treatment =>
  ({ answer }) =>
    answer({ status });

/** Storage carries the call out, but answers with an error. */
export const forwardThen =
  (status: number): Treatment =>
  async ({ forward, answer }) => {
    await forward();
    answer({ status });
  };

/** Storage carries the call out, but never answers. */
export const silence: Treatment = ({ forward }) => forward();

/** Storage carries the call out, but half of its answer is lost, or all of it if it has no body. */
export const cutWithin: Treatment = async ({ forward, answer, cut }) => {
  const whole = await forward();
  const body = whole.body ?? Buffer.alloc(0);
  if (body.length === 0) return cut();
  const headers = { ...whole.headers, 'content-length': String(body.length + 1) };
  await answer({ ...whole, headers, body: body.subarray(0, body.length / 2) });
  cut();
};

/** Holds a call until the test lets it continue. */
export interface Gate {
  readonly treatment: Treatment;
  /** Resolves when the call has arrived. */
  readonly arrived: Promise<void>;
  readonly open: () => void;
}

/** Makes a gate. After it, the call gets another treatment; by default, it is passed on. */
export function gate(then: Treatment = pass): Gate {
  const arrived = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const treatment: Treatment = async (exchange) => {
    arrived.resolve();
    await opened.promise;
    await then(exchange);
  };
  return { treatment, arrived: arrived.promise, open: opened.resolve };
}

/** A call that storage never answers. */
export interface Unanswered {
  readonly treatment: Treatment;
  /** Resolves when the caller has closed the connection. */
  readonly closed: Promise<void>;
}

/** Makes a treatment that leaves a call without an answer, and shows when the caller gives it up. */
export function unanswered(): Unanswered {
  const closed = Promise.withResolvers<void>();
  const treatment: Treatment = async (exchange) => {
    await exchange.closed;
    closed.resolve();
  };
  return { treatment, closed: closed.promise };
}

/** Writes, which are entity group transactions and changes of one row. */
export const isWrite: Which = ({ method }) => method !== 'GET';
/** Reads of one row by its keys. */
export const isPointRead: Which = ({ method, path }) => method === 'GET' && path.includes("RowKey='");
/** Reads of the row with this key. */
export const isReadOf =
  (rowKey: string): Which =>
  (call) =>
    isPointRead(call) && call.path.includes(`RowKey='${rowKey}`);

interface Order {
  readonly which: Which;
  readonly treatment: Treatment;
  left: number;
}

/** Starts a proxy in front of the Azurite of this run. */
export async function startStorageProxy(tables = process.env['SCIM_TEST_TABLES'] ?? ''): Promise<StorageProxy> {
  const endpoint = new URL(/TableEndpoint=([^;]+)/.exec(tables)?.[1] ?? '');
  const agent = new Agent({ keepAlive: true });
  const calls: StorageCall[] = [];
  const orders: Order[] = [];

  async function treat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request);
    const path = decodeURIComponent(request.url ?? '').slice(endpoint.pathname.length);
    const call = { method: request.method ?? '', path, body: body.toString() };
    calls.push(call);
    await treatmentOf(
      orders,
      call,
    )({
      call,
      forward: () => forward(endpoint, agent, request, body),
      answer: (answer) => write(response, answer),
      cut: () => request.socket.destroy(),
      closed: once(response, 'close'),
    });
  }

  const server = createServer((request, response) => {
    treat(request, response).catch(() => request.socket.destroy()); // the caller has disconnected, or the test is over
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address is an AddressInfo

  return {
    tables: tables.replace(endpoint.origin, `http://127.0.0.1:${port}`),
    calls,
    meet: (which, treatment, times = 1) => orders.push({ which, treatment, left: times }),
    calm: () => orders.splice(0),
    async stop() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

function treatmentOf(orders: Order[], call: StorageCall): Treatment {
  const order = orders.find(({ which, left }) => left > 0 && which(call));
  if (!order) return pass;
  order.left -= 1;
  return order.treatment;
}

async function forward(endpoint: URL, agent: Agent, request: IncomingMessage, body: Buffer): Promise<StorageAnswer> {
  const sent = httpRequest(new URL(request.url ?? '', endpoint), {
    agent,
    method: request.method,
    headers: request.headers,
  });
  sent.end(body);
  const [answer]: [IncomingMessage] = await (once(sent, 'response') as Promise<[IncomingMessage]>); // the argument of the event
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await readAll(answer) };
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function write(response: ServerResponse, { status, headers = {}, body }: StorageAnswer): Promise<void> {
  const { 'transfer-encoding': _, ...kept } = headers;
  return new Promise((resolve) => {
    response.once('close', resolve); // the service may have given up waiting
    response.writeHead(status, kept).end(body, resolve);
  });
}
