// @ts-nocheck
import { app, type HttpHandler, type HttpMethod, type HttpResponseInit } from '@azure/functions';

/** What a sample function answers with: which function ran, and all that it saw of the request. */
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

/** Registers one route that echoes. */
export const registerEcho = (name: string, route: string, methods: HttpMethod[] = ALL): void =>
  app.http(name, { route, methods, handler: echo });

/** Registers one route for every method that gives this answer, or throws it where it is an error. */
export function registerAnswer(name: string, route: string, answer: unknown): void {
  const handler: HttpHandler = () => {
    if (answer instanceof Error) throw answer;
    return answer as HttpResponseInit; // some tests answer with what no handler should
  };
  app.http(name, { route, methods: ALL, handler });
}
