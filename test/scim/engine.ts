import { renderError, renderResponse } from '../../shared/http/pipeline.ts';
import { unmatched } from '../../shared/http/unmatched.ts';
import { getResourceTypes, getSchemas, getServiceProviderConfig } from '../../shared/operations/discovery.ts';
import { list } from '../../shared/operations/list.ts';
import type { Operation, ScimRequest } from '../../shared/operations/operation.ts';
import { create, get, patch, remove, replace } from '../../shared/operations/resource.ts';
import { type ToleranceName, tolerances } from '../../shared/scim/entra.ts';
import { badRequest, ScimError } from '../../shared/scim/errors.ts';
import { copyJson, isObject } from '../../shared/scim/json.ts';
import { refusePathInQuery } from '../../shared/scim/query.ts';
import { newReading } from '../../shared/scim/reading.ts';
import { validator } from '../../shared/scim/validation.ts';
import type { Service } from '../../shared/services/service.ts';
import type { Client } from '../service/client.ts';
import { memoryStore } from './memory-store.ts';

/** A service without the host, the pipeline and storage: only the engine and the operations that call it. */
export interface Engine {
  readonly call: Client;
  /** The tolerances that the last request used. */
  readonly tolerancesUsed: () => ReadonlySet<ToleranceName>;
}

/** The routes of functions/scim.ts: the method and the path below the Tenant URL, with the id as the first group. */
const routes: readonly (readonly [RegExp, Operation])[] = [
  [/^POST \/Users$/i, create],
  [/^(?:GET|HEAD) \/Users$/i, list],
  [/^(?:GET|HEAD) \/Users\/([^/]+)$/i, get],
  [/^PUT \/Users\/([^/]+)$/i, replace],
  [/^PATCH \/Users\/([^/]+)$/i, patch],
  [/^DELETE \/Users\/([^/]+)$/i, remove],
  [/^(?:GET|HEAD) \/ServiceProviderConfig$/i, getServiceProviderConfig],
  [/^(?:GET|HEAD) \/ResourceTypes(?:\/([^/]+))?$/i, getResourceTypes],
  [/^(?:GET|HEAD) \/Schemas(?:\/([^/]+))?$/i, getSchemas],
  [/^/, unmatched],
];

/** Starts a service with an empty directory; `base` is its Tenant URL. */
export function startEngine(service: Service, base: string): Engine {
  const parts = { service, base, validator: validator(service.resourceType) };
  const store = {
    ...memoryStore(service.resourceType),
    calls: {} as ScimRequest['store']['calls'], // only the brake and the log read them
    damage: () => ({ count: 0, rows: [] }),
  };
  let tolerated = new Set<ToleranceName>();

  async function respond(method: string, path: string, body: unknown, headers: Headers) {
    tolerated = new Set();
    const url = new URL(`${base}${path}`);
    const pathBelow = decodeURIComponent(url.pathname.slice(new URL(base).pathname.length)).replace(/\/$/, '');
    try {
      refusePathInQuery(url.searchParams);
      const [operation, id] = operationFor(`${method} ${pathBelow}`);
      const request: ScimRequest = {
        ...parts,
        store,
        id,
        method,
        tenant: 'test',
        token: 'test.token',
        path: pathBelow.slice(1),
        search: url.searchParams,
        header: (name) => headers.get(name),
        body: async () => objectIn(body),
        reading: (budget) => newReading(tolerances, tolerated, budget),
        charge: () => undefined,
        recordAs: () => undefined,
        brake: { check: async () => undefined },
      };
      return renderResponse(await operation(request));
    } catch (error) {
      if (error instanceof ScimError) return renderError(error);
      throw error;
    }
  }

  const call: Client = async (method, path, body, headers = {}) => {
    const response = await respond(method, path, body, new Headers(headers));
    const text = method !== 'HEAD' && typeof response.body === 'string' ? response.body : '';
    return {
      status: response.status ?? 200,
      headers: new Headers(response.headers as Record<string, string>), // what the pipeline renders
      text,
      body: text ? JSON.parse(text) : {},
    };
  };
  return { call, tolerancesUsed: () => tolerated };
}

function operationFor(request: string): readonly [Operation, string] {
  for (const [pattern, operation] of routes) {
    const found = pattern.exec(request);
    if (found) return [operation, found[1] ?? ''];
  }
  throw new Error('No route matches the request.');
}

function objectIn(body: unknown) {
  const object = copyJson(typeof body === 'string' ? JSON.parse(body) : body);
  if (isObject(object)) return object;
  throw badRequest('invalidSyntax', 'The request body must be a JSON object.');
}
