import { app, type HttpMethod } from '@azure/functions';
import { composition } from '../shared/composition.ts';
import type { Operation } from '../shared/operations/operation.ts';
import type { Service } from '../shared/services/service.ts';

/** Every method that Azure Functions can route: a catch-all has to name them to answer 405 itself. */
export const everyMethod: HttpMethod[] = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'CONNECT',
];

/** Registers the functions of a service below its Tenant URL. They are anonymous to the host: each authenticates by the bearer token first. */
export function registrar(prefix: string, service: Service) {
  return (verb: string, methods: HttpMethod[], path: string, operation: Operation): void =>
    app.http(`${prefix}${verb}`, {
      methods,
      route: `${service.name}/scim/${path}`,
      authLevel: 'anonymous',
      handler: composition.handler(service, operation),
    });
}
