import type { Caller } from '../auth/authenticate.ts';
import { refusalOf } from '../auth/refusal.ts';
import type { ScimResponse } from '../operations/operation.ts';
import type { ToleranceName } from '../scim/entra.ts';
import type { ScimError } from '../scim/errors.ts';
import type { TenantStore } from '../store/store.ts';

/** The facts about a request for its log record. The pipeline adds to them step by step. */
export interface Trace {
  readonly service: string;
  /** The function's name without the service: create, list, get, replace, patch, delete and so on. */
  verb: string;
  readonly started: number;
  readonly tolerances: Set<ToleranceName>;
  /** The id in the path, if it is a GUID. */
  readonly id: string | undefined;
  caller?: Caller;
  store?: TenantStore;
}

const DAY = 86_400_000;

/**
 * The log record of a request, as JSON text. It contains no personal data but the id of the resource, and no token (SECURITY.md). With a count, it
 * covers that many requests that were refused for the same reason.
 */
export function record(trace: Trace, answer: ScimResponse | ScimError, count?: number): string {
  const { service, verb, started, tolerances, id, caller, store } = trace;
  const refusal = refusalOf(answer);
  return JSON.stringify({
    record: 'request',
    service,
    verb,
    tenant: tenantOf(trace, answer),
    status: answer.status,
    ...(answer instanceof Error
      ? refusalFields(answer, count ? undefined : id)
      : { outcome: answer.outcome, id: answer.id }),
    count,
    durationMs: Math.round((performance.now() - started) * 10) / 10,
    storageCalls: store?.calls.count() ?? 0,
    storageRetries: store?.calls.retries() ?? 0,
    ...damageOf(store),
    tolerances: [...tolerances],
    token: caller?.fingerprint ?? refusal?.fingerprint,
    tokenAgeDays: caller?.createdOn && days(Date.now() - caller.createdOn.getTime()),
    tokenExpiresInDays: caller?.expiresOn && days(caller.expiresOn.getTime() - Date.now()),
  });
}

const refusalFields = (error: ScimError, id: string | undefined): object => ({
  scimType: error.scimType,
  outcome: 'refused',
  refusedBy: refusedBy(error),
  id,
  ...causeOf(error),
});

/** The tenant of a request; undefined if the token was refused and names no tenant of this service. */
export const tenantOf = ({ caller }: Trace, answer: unknown): string | undefined =>
  caller?.tenant ?? refusalOf(answer)?.knownTenant;

/** Why a request was refused: the error's own reason, else its scimType, else a word for its HTTP status. */
const refusedBy = ({ reason, scimType, status }: ScimError): string =>
  reason ?? scimType ?? statusReasons.get(status) ?? 'protocol';

const statusReasons: ReadonlyMap<number, string> = new Map([
  [401, 'authentication'],
  [404, 'notFound'],
  [412, 'precondition'],
  [500, 'fault'],
]);

/** The verb in the name of a function: AdvisorsPatch has the service advisors and the verb patch. */
export function verbOf(service: string, functionName: string): string {
  const verb = functionName.slice(service.length);
  return verb.charAt(0).toLowerCase() + verb.slice(1);
}

/** The RowKeys of the damaged rows that the request has read. */
function damageOf(store: TenantStore | undefined): object {
  const { count, rows } = store?.damage() ?? { count: 0, rows: [] };
  return count > 0 ? { damagedRows: count, damage: rows } : {};
}

const days = (milliseconds: number): number => Math.floor(milliseconds / DAY);

/** The form of codes, request ids and RowKeys that Azure and Node write. Text of any other form may be a client's. */
const MACHINE_WRITTEN = /^[\w.~-]{1,128}$/;

/** The most causes of an error that are described. */
const MAX_CAUSES = 4;

/** Describes an error for the log, without its message, which may contain a client's text. The stack is cut accordingly. */
export function describeError(error: unknown, causes = MAX_CAUSES): unknown {
  if (!(error instanceof Error)) return typeof error;
  const lines = (error.stack ?? '').replace(error.message, '').split('\n');
  const frames = lines.filter((line) => line.trimStart().startsWith('at '));
  const cause = error.cause === undefined || causes === 0 ? undefined : describeError(error.cause, causes - 1);
  return { name: error.name, ...detailsOf(error), status: member(error, 'statusCode'), frames, cause };
}

interface ErrorDetails {
  /** The error code of Azure or Node. */
  readonly code: string | undefined;
  /** Azure's id of the call, for a support request. */
  readonly requestId: string | undefined;
  /** The key of the damaged row. */
  readonly rowKey: string | undefined;
}

/** Single calls and transactions of Table Storage report their codes in different places. A refused sign-in reports its code only in a header. */
function detailsOf(error: unknown): ErrorDetails {
  const headers = member(member(error, 'response'), 'headers');
  const header = (name: string): unknown => {
    const get = member(headers, 'get');
    return typeof get === 'function' ? get.call(headers, name) : undefined;
  };
  const details = member(error, 'details');
  const storageCode = member(member(details, 'odataError'), 'code') ?? member(details, 'errorCode');
  return {
    code: machineWritten(member(error, 'code') ?? storageCode ?? header('x-ms-error-code')),
    requestId: machineWritten(header('x-ms-request-id') ?? member(details, 'requestId')),
    rowKey: machineWritten(member(error, 'rowKey')),
  };
}

/** The details of the first cause that has any. */
function causeOf(error: Error): Omit<ErrorDetails, 'code'> & { readonly errorCode: string | undefined } {
  let cause = error.cause;
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth += 1) {
    const { code, requestId, rowKey } = detailsOf(cause);
    if (code ?? requestId ?? rowKey) return { errorCode: code, requestId, rowKey };
    cause = cause.cause;
  }
  return { errorCode: undefined, requestId: undefined, rowKey: undefined };
}

const machineWritten = (value: unknown): string | undefined =>
  typeof value === 'string' && MACHINE_WRITTEN.test(value) ? value : undefined;

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
