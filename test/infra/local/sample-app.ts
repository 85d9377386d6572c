import { app, type HttpHandler, type HttpMethod, type HttpResponseInit } from '@azure/functions';

/** The answer of a sample function: which function ran, and what it received of the request. */
export interface Echo {
  readonly ran: string;
  readonly method: string;
  readonly url: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: readonly (readonly string[])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const ALL: HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT'];

const echo: HttpHandler = async (request, context) => {
  const seen: Echo = {
    ran: context.functionName,
    method: request.method,
    url: request.url,
    params: request.params,
    query: [...request.query],
    headers: Object.fromEntries(request.headers),
    body: Buffer.from(await request.arrayBuffer()).toString('latin1'),
  };
  return { jsonBody: seen };
};

/** Registers a route that returns what it received. */
export const registerEcho = (name: string, route: string, methods: HttpMethod[] = ALL): void =>
  app.http(name, { route, methods, handler: echo });

/** Registers a route for every method that gives this answer, or throws it if it is an error. */
export function registerAnswer(name: string, route: string, answer: unknown): void {
  const handler: HttpHandler = () => {
    if (answer instanceof Error) throw answer;
    return answer as HttpResponseInit; // some tests return what a handler should not return
  };
  app.http(name, { route, methods: ALL, handler });
}
