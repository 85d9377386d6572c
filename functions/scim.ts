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
 * For the Functions host they are anonymous, because each one authenticates its caller by the bearer token.
 */
export function registerService(service: Service, handler: Composition['handler']): void {
  function register(verb: string, { methods, path }: ReturnType<typeof endpoint>, operation: Operation): void {
    app.http(`${capitalized(service.name)}${verb}`, {
      methods,
      route: `${service.name}/{scim}/${path}`, // the handler checks {scim}: checkTenantUrl says why
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

/** A path below the Tenant URL, and the methods that are answered there. */
const endpoint = (path: string, ...methods: HttpMethod[]) => ({ path, methods });

/**
 * The methods that the catch-all has to name so that it answers 405 itself. TRACE and CONNECT are left to the host, which answers 404. If they were
 * named, the host would route them here, but the library cannot create such a request (the Fetch standard forbids both), and any client could
 * cause a 500.
 */
const everyMethod: HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
