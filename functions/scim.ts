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
  function register(verb: string, methods: HttpMethod[], path: string, operation: Operation): void {
    app.http(`${capitalized(service.name)}${verb}`, {
      methods,
      route: `${service.name}/scim/${path}`,
      authLevel: 'anonymous',
      handler: handler(service, operation),
    });
  }

  register('Create', ['POST'], 'Users', create);
  register('List', ['GET', 'HEAD'], 'Users', list);
  register('Get', ['GET', 'HEAD'], 'Users/{id}', get);
  register('Replace', ['PUT'], 'Users/{id}', replace);
  register('Patch', ['PATCH'], 'Users/{id}', patch);
  register('Delete', ['DELETE'], 'Users/{id}', remove);
  register('ServiceProviderConfig', ['GET', 'HEAD'], 'ServiceProviderConfig', getServiceProviderConfig);
  register('ResourceTypes', ['GET', 'HEAD'], 'ResourceTypes/{id?}', getResourceTypes);
  register('Schemas', ['GET', 'HEAD'], 'Schemas/{id?}', getSchemas);

  // The host tries routes in the alphabetical order of the functions' names: this one has to come last.
  register('Unmatched', everyMethod, '{*path}', unmatched);
}

/**
 * Every method that a catch-all has to name to answer 405 itself. TRACE and CONNECT are left to the host, which answers 404: it would route them here if
 * they were named, and the library cannot make such a request (the Fetch standard forbids both), so that anybody could cause a 500.
 */
const everyMethod: HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
