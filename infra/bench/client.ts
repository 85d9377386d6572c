import { once } from 'node:events';
import { Agent, request } from 'node:http';

export interface Call {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body?: object;
}

/** An answer, and how long it took in milliseconds. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly duration: number;
}

export interface Client {
  /** Sends a request on a connection that is kept. Rejects with what broke the connection. */
  send(call: Call): Promise<Answer>;
  close(): void;
}

/** A client as Entra is one: JSON with a Content-Length, a bearer token, connections that are kept, `width` of them. */
export function openClient(base: string, token: string, width: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: width });

  async function send({ method, path, body }: Call): Promise<Answer> {
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
