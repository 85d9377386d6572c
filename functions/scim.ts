import { app, type HttpMethod } from '@azure/functions';
import type { Composition } from '../shared/compose.ts';
import { unmatched } from '../shared/http/unmatched.ts';
import { getResourceTypes, getSchemas, getServiceProviderConfig } from '../shared/operations/discovery.ts';
import { list } from '../shared/operations/list.ts';
import type { Operation } from '../shared/operations/operation.ts';
import { create, get, patch, remove, replace } from '../shared/operations/resource.ts';
import type { Service } from '../shared/services/service.ts';

/**
 * Registers the functions of a service below its Tenant URL: one for each SCIM operation (RFC 7644 section 3.2), and a catch-all.
 * Their authLevel is anonymous because the handler checks the bearer token.
 */
export function registerService(service: Service, handler: Composition['handler']): void {
  function register(verb: string, { methods, path }: ReturnType<typeof endpoint>, operation: Operation): void {
    app.http(`${capitalized(service.name)}${verb}`, {
      methods,
      route: `${service.name}/{scim}/${path}`, // checkTenantUrl checks {scim}
      authLevel: 'anonymous',
      handler: handler(service, operation),
    });
  }

  register('Create', endpoint('Users', 'POST'), create);
  register('List', endpoint('Users', 'GET', 'HEAD'), list);
  register('Get', endpoint('Users/{id}', 'GET', 'HEAD'), get);
  register('Replace', endpoint('Users/{id}', 'PUT'), replace);
  register('Patch', endpoint('Users/{id}', 'PATCH'), patch);
  register('Delete', endpoint('Users/{id}', 'DELETE'), remove);
  register('ServiceProviderConfig', endpoint('ServiceProviderConfig', 'GET', 'HEAD'), getServiceProviderConfig);
  register('ResourceTypes', endpoint('ResourceTypes/{id?}', 'GET', 'HEAD'), getResourceTypes);
  register('Schemas', endpoint('Schemas/{id?}', 'GET', 'HEAD'), getSchemas);

  // The host tries routes in the alphabetical order of the functions' names, so this name has to sort last.
  register('Unmatched', endpoint('{*path}', ...everyMethod), unmatched);
}

/** A path below the Tenant URL, and the methods that are registered for it. */
const endpoint = (path: string, ...methods: HttpMethod[]) => ({ path, methods });

/**
 * The methods of the catch-all, which returns 405 for all that a path does not support. TRACE and CONNECT are left out: the Fetch standard forbids
 * both, so the library could not create the request and would return 500. The host returns 404 for them.
 */
const everyMethod: HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
