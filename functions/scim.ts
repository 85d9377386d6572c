import { app, type HttpMethod } from '@azure/functions';
import type { Composition } from '../shared/compose.ts';
import { unmatched } from '../shared/http/unmatched.ts';
import { getResourceTypes, getSchemas, getServiceProviderConfig } from '../shared/operations/discovery.ts';
import { list } from '../shared/operations/list.ts';
import type { Operation } from '../shared/operations/operation.ts';
import { create, get, patch, remove, replace } from '../shared/operations/resource.ts';
import type { Service } from '../shared/services/service.ts';

/**
 * Registers the functions of one service below its Tenant URL: one for each SCIM verb (RFC 7644 section 3.2), and a catch-all.
 * They are anonymous to the Functions host: each one authenticates the caller by the bearer token first.
 */
export function registerService(service: Service, handler: Composition['handler']): void {
  function register(verb: string, { methods, path }: ReturnType<typeof at>, operation: Operation): void {
    app.http(`${capitalized(service.name)}${verb}`, {
      methods,
      route: `${service.name}/scim/${path}`,
      authLevel: 'anonymous',
      handler: handler(service, operation),
    });
  }

  register('Create', at('Users', 'POST'), create);
  register('List', at('Users', 'GET', 'HEAD'), list);
  register('Get', at('Users/{id}', 'GET', 'HEAD'), get);
  register('Replace', at('Users/{id}', 'PUT'), replace);
  register('Patch', at('Users/{id}', 'PATCH'), patch);
  register('Delete', at('Users/{id}', 'DELETE'), remove);
  register('ServiceProviderConfig', at('ServiceProviderConfig', 'GET', 'HEAD'), getServiceProviderConfig);
  register('ResourceTypes', at('ResourceTypes/{id?}', 'GET', 'HEAD'), getResourceTypes);
  register('Schemas', at('Schemas/{id?}', 'GET', 'HEAD'), getSchemas);

  // The host tries routes in the alphabetical order of the functions' names: this one has to come last.
  register('Unmatched', at('{*path}', ...everyMethod), unmatched);
}

/** A path below the Tenant URL, and the methods that are answered there. */
const at = (path: string, ...methods: HttpMethod[]) => ({ path, methods });

/**
 * Every method that a catch-all has to name to answer 405 itself. TRACE and CONNECT are left to the host, which answers 404: it would route them here if
 * they were named, and the library cannot make such a request (the Fetch standard forbids both), so that anybody could cause a 500.
 */
const everyMethod: HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
