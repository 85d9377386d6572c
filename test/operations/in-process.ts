import { randomUUID } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import { HttpRequest, InvocationContext } from '@azure/functions';
import type { Authenticator } from '../../shared/auth/authenticate.ts';
import type { Brakes } from '../../shared/brake/brake.ts';
import { type Provider, pipeline } from '../../shared/http/pipeline.ts';
import { refusalSums } from '../../shared/http/refusal-sums.ts';
import { list } from '../../shared/operations/list.ts';
import type { Operation } from '../../shared/operations/operation.ts';
import { create, get, patch, remove, replace } from '../../shared/operations/resource.ts';
import { validator } from '../../shared/scim/validation.ts';
import { advisors } from '../../shared/services/advisors.ts';
import type { Service } from '../../shared/services/service.ts';
import type { Patience } from '../../shared/store/calls.ts';
import { type Store, storeOf } from '../../shared/store/store.ts';
import type { Client } from '../service/client.ts';

/** The parts that a test may replace. */
export interface Parts {
  readonly table?: TableClient;
  readonly store?: Store;
  readonly service?: Service;
  readonly patience?: Patience;
  readonly operations?: Readonly<Record<string, Operation>>;
  /** Receives everything that the functions log. */
  readonly log?: (text: string) => void;
  readonly tenant?: string;
  /** By default, the brake is off. */
  readonly brakes?: Brakes;
  /** The clock of the store. */
  readonly now?: () => Date;
}

export const BASE = 'https://api.example.com/advisors/scim';

const verbs: Readonly<Record<string, Operation>> = {
  'POST /Users': create,
  'GET /Users': list,
  'GET /Users/': get,
  'PUT /Users/': replace,
  'PATCH /Users/': patch,
  'DELETE /Users/': remove,
};

/** A client that calls the pipeline without a host, in its own tenant. It serves tests that declare a service or replace a part of one. */
export function inProcess(parts: Parts): Client {
  const { tenant = randomUUID(), service = advisors, log = () => undefined } = parts;
  const provider: Provider = {
    service,
    base: BASE,
    validator: validator(service.resourceType),
    store: storeFor(parts),
    brakes: parts.brakes ?? (() => ({ check: async () => undefined })),
    sums: refusalSums(),
  };
  const handle = handlerFor(provider, tenant, { ...verbs, ...parts.operations }, log);
  return async (method, path, body, headers = {}) => {
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const answer = await handle(method, path, text, headers);
    const answered = typeof answer.body === 'string' ? answer.body : '';
    return {
      status: answer.status ?? 200,
      headers: new Headers(answer.headers),
      text: answered,
      body: answered ? JSON.parse(answered) : {},
    };
  };
}

function storeFor({ store, table, service = advisors, patience, now = () => new Date() }: Parts): Store {
  if (store) return store;
  if (!table) throw new Error('The test has to give a table or a store.');
  const parts = { table, type: service.resourceType, now, newId: randomUUID };
  return storeOf({ ...parts, ...(patience && { patience }) });
}

function handlerFor(
  provider: Provider,
  tenant: string,
  operations: Readonly<Record<string, Operation>>,
  log: (text: string) => void,
) {
  const tokens: Authenticator = {
    authenticate: async () => ({ tenant, token: `${tenant}.token`, fingerprint: 'test' }),
    warm: () => undefined,
  };
  return async (method: string, path: string, body: string | undefined, headers: Readonly<Record<string, string>>) => {
    const url = new URL(`${BASE}${path}`);
    const [, verb = '', id = ''] = /\/scim(\/[^/]+\/?)([^/]*)$/.exec(url.pathname) ?? [];
    const operation = operations[`${method} ${verb}`];
    if (!operation) throw new Error(`The test has no operation for ${method} ${verb}.`);
    const request = new HttpRequest({
      url: url.href,
      method,
      headers,
      params: { scim: 'scim', id },
      ...(body !== undefined && { body: { bytes: Buffer.from(body) } }),
    });
    const logHandler = (_level: string, ...texts: unknown[]) => log(texts.join(' '));
    const context = new InvocationContext({ functionName: `Test${method}`, logHandler });
    const answer = await pipeline(tokens, provider, operation)(request, context);
    if (answer === undefined || answer === null) throw new Error('The pipeline answers every request.');
    return answer as { status?: number; body?: unknown; headers?: Record<string, string> }; // the pipeline renders this type
  };
}
