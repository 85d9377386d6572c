import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Authenticator } from '../auth/authenticate.ts';
import type { Brakes } from '../brake/brake.ts';
import type { Operation, ScimRequest, ScimResponse } from '../operations/operation.ts';
import { tolerances } from '../scim/entra.ts';
import { ScimError } from '../scim/errors.ts';
import { messages } from '../scim/messages.ts';
import { refusePathInQuery } from '../scim/query.ts';
import { newReading } from '../scim/reading.ts';
import type { Validator } from '../scim/validation.ts';
import type { Service } from '../services/service.ts';
import { isGuid } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { readBody } from './body.ts';
import { describeError, record, type Trace, tenantOf, verbOf } from './record.ts';
import type { RefusalSums } from './refusal-sums.ts';
import { checkTenantUrl } from './tenant-url.ts';

/** A service, with the parts that handle its requests. */
export interface Provider {
  readonly service: Service;
  /** The Tenant URL, from the configuration. */
  readonly base: string;
  readonly validator: Validator;
  readonly store: Store;
  readonly brakes: Brakes;
  readonly sums: RefusalSums;
}

/** Makes the handler of a function. It authenticates the caller, runs the operation, renders the response and logs one record. It never throws. */
export function pipeline({ authenticate }: Authenticator, provider: Provider, operation: Operation): HttpHandler {
  return async (request, context) => {
    const trace: Trace = {
      service: provider.service.name,
      verb: verbOf(provider.service.name, context.functionName),
      started: performance.now(),
      tolerances: new Set(),
      id: idIn(request),
    };
    try {
      for (const sum of provider.sums.due()) context.log(sum);
      const answer = await serve(request, trace);
      context.log(record(trace, answer));
      return omitBodyForHead(request, renderResponse(answer));
    } catch (error) {
      return omitBodyForHead(request, handleError(error, trace, { context, sums: provider.sums }));
    }
  };

  async function serve(request: HttpRequest, trace: Trace): Promise<ScimResponse> {
    trace.caller = await authenticate(provider.service.name, request.headers.get('authorization'));
    checkTenantUrl(request, trace.tolerances);
    trace.store = provider.store(trace.caller.tenant, trace.caller.fingerprint);
    return operation(readRequest(request, trace, { caller: trace.caller, store: trace.store }));
  }

  function readRequest(
    request: HttpRequest,
    trace: Trace,
    { caller, store }: Required<Pick<Trace, 'caller' | 'store'>>,
  ): ScimRequest {
    const { service, base, validator, brakes } = provider;
    const search = new URL(request.url).searchParams;
    refusePathInQuery(search);
    return {
      service,
      base,
      validator,
      tenant: caller.tenant,
      token: caller.token,
      id: request.params['id'] ?? '',
      path: request.params['path'] ?? '',
      method: request.method,
      search,
      header: (name) => request.headers.get(name),
      body: () => readBody(request),
      reading: (budget) => newReading(tolerances, trace.tolerances, budget),
      charge: (rows) => caller.charge?.(rows / ROWS_PER_SHARE),
      recordAs: (verb) => {
        trace.verb = verb;
      },
      store,
      brake: brakes(caller.tenant, store.calls, store.countInUse),
    };
  }
}

/** The rows that a scan may read for one share of the tenant's allowance. 1,000 rows cost an instance about as much as ten requests. */
const ROWS_PER_SHARE = 100;

/** A response to HEAD is the response to GET without the body (RFC 9110 section 9.3.2). */
function omitBodyForHead({ method }: HttpRequest, answer: HttpResponseInit): HttpResponseInit {
  if (method !== 'HEAD') return answer;
  const { body: _, ...head } = answer;
  return head;
}

/** The only status from 500 on that is not a failure. */
const NOT_IMPLEMENTED = 501;

/** The id in the path, for the log. It is logged only if it is a GUID, because any other text may be personal data. */
function idIn({ params }: HttpRequest): string | undefined {
  const id = params['id']?.toLowerCase() ?? '';
  return isGuid(id) ? id : undefined;
}

interface Log {
  readonly context: InvocationContext;
  readonly sums: RefusalSums;
}

/** Logs an error and renders it. An error that is not a ScimError becomes a 500 without details. */
function handleError(error: unknown, trace: Trace, { context, sums }: Log): HttpResponseInit {
  const known = error instanceof ScimError ? error : internalError(error);
  if (known.status >= 500 && known.status !== NOT_IMPLEMENTED) context.error(errorRecord(known, trace));
  const text = isBeyondLimit(known)
    ? sums.add(tenantOf(trace, known) ?? '', (count) => record(trace, known, count))
    : record(trace, known);
  if (text !== undefined) context.log(text);
  return renderError(known);
}

const internalError = (cause: unknown): ScimError =>
  new ScimError(500, "BookMe's service failed unexpectedly. Try again later. If it fails again, tell BookMe.", {
    cause,
  });

/** The log record of a failure: its causes, without their messages. */
const errorRecord = ({ cause }: ScimError, { service, verb, id }: Trace): string =>
  JSON.stringify({ record: 'error', service, verb, id, error: describeError(cause) });

const isBeyondLimit = ({ reason }: ScimError): boolean => reason === 'rateLimit';

const SCIM_JSON = 'application/scim+json';

/** The headers of every response. No cache may store it, because it contains personal data. */
const commonHeaders = { 'cache-control': 'no-store' };

/** Renders the response of an operation. 204 and 304 have no body and no media type. */
export function renderResponse({ status, body, headers }: ScimResponse): HttpResponseInit {
  if (!body) return { status, headers: { ...commonHeaders, ...headers } };
  return { status, headers: { ...commonHeaders, 'content-type': SCIM_JSON, ...headers }, body: JSON.stringify(body) };
}

/** Renders an error (RFC 7644 section 3.12). The status is a string, and only the errors that the RFC names have a scimType. */
export function renderError({ status, scimType, detail, headers }: ScimError): HttpResponseInit {
  const body = { schemas: [messages.error], status: String(status), ...(scimType && { scimType }), detail };
  return { status, headers: { ...commonHeaders, 'content-type': SCIM_JSON, ...headers }, body: JSON.stringify(body) };
}
