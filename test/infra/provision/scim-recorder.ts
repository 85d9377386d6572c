import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it was received. */
export interface Recorded {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** The answer of the recorder. `body` is sent as JSON unless it is a string. */
export interface Canned {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The recorder waits for this before it answers. */
  readonly after?: Promise<void>;
}

export interface Recorder {
  /** A Tenant URL. */
  readonly url: string;
  readonly requests: readonly Recorded[];
  /** Method and target of each request except the connection test, in the order of arrival. */
  readonly lines: () => readonly string[];
  readonly close: () => Promise<void>;
}

export const emptyList: Canned = { status: 200, body: { totalResults: 0, Resources: [] } };

export const listOf = (...resources: readonly unknown[]): Canned => ({
  status: 200,
  body: { totalResults: resources.length, Resources: resources },
});

/** Whether it is the query of the connection test: for a GUID that is not a sample user's id. */
export const isProbe = ({ target }: Recorded): boolean =>
  /filter=\w+\+eq\+%22(?!0a21aa7c-)[0-9a-f-]{36}%22/.test(target);

/** A server that records its requests and gives the configured answers. */
export async function startRecorder(answer: (request: Recorded) => Canned): Promise<Recorder> {
  const requests: Recorded[] = [];
  const server = createServer(async (incoming, response) => {
    const request = await read(incoming);
    requests.push(request);
    const canned = answer(request);
    await canned.after;
    send(response, canned);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo; // a server that listens on a port has an AddressInfo
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  const lines = () => requests.filter((one) => !isProbe(one)).map(({ method, target }) => `${method} ${target}`);
  return { url: `http://127.0.0.1:${port}/advisors/scim`, requests, lines, close };
}

async function read(incoming: IncomingMessage): Promise<Recorded> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    method: incoming.method ?? '',
    target: incoming.url ?? '',
    headers: incoming.headers,
    body: text ? JSON.parse(text) : undefined,
  };
}

function send(response: ServerResponse, { status, headers, body }: Canned): void {
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/scim+json', ...headers });
  response.end(isText || body === undefined ? body : JSON.stringify(body));
}
