import type { Output } from '../commands/shared/output.ts';
import type { Method, ScimResponse, Send } from './connection.ts';

/** The responses of a service that accepts every change. */
const responses: Readonly<Record<Exclude<Method, 'GET'>, Partial<ScimResponse>>> = {
  POST: { status: 201, body: { id: 'new' } },
  PATCH: { status: 204 },
  DELETE: { status: 204 },
};

/** A connection that sends GET requests to the service, but prints all other requests instead of sending them. */
export function rehearse(send: Send, output: Output): Send {
  return async (method, path, body) => {
    if (method === 'GET') return send(method, path);
    output.write(`Would send ${method} ${path}\n${body === undefined ? '' : `${indented(body)}\n`}`);
    return {
      status: 200,
      contentType: 'application/scim+json',
      retryAfter: null,
      body: undefined,
      ...responses[method],
    };
  };
}

const indented = (body: unknown): string => JSON.stringify(body, undefined, 2).replaceAll(/^/gm, '  ');
