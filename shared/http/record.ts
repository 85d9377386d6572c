import { type Caller, refusalOf } from '../auth/authenticate.ts';
import type { ScimResponse } from '../operations/operation.ts';
import type { ToleranceName } from '../scim/entra.ts';
import type { ScimError } from '../scim/errors.ts';
import type { TenantStore } from '../store/store.ts';

/** What is known of a request so far; the pipeline fills it in as it goes. */
export interface Trace {
  readonly service: string;
  /** What the function does, as its name says it without the service: create, list, get, replace, patch, delete ... */
  verb: string;
  readonly started: number;
  readonly tolerances: Set<ToleranceName>;
  caller?: Caller;
  store?: TenantStore;
}

const DAY = 86_400_000;

/**
 * The one log record of a request, as JSON text: what happened, to which tenant, at what cost. It holds no personal data and no token; the
 * server's id is the only name of a person (see SECURITY.md).
 */
export function record(trace: Trace, answer: ScimResponse | ScimError): string {
  const { service, verb, started, tolerances, caller, store } = trace;
  const refusal = refusalOf(answer);
  return JSON.stringify({
    record: 'request',
    service,
    verb,
    tenant: caller?.tenant ?? refusal?.knownTenant,
    status: answer.status,
    ...(answer instanceof Error
      ? { scimType: answer.scimType, outcome: 'refused', refusedBy: refusedBy(answer) }
      : { outcome: answer.outcome, id: answer.id }),
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

/** What refused a request: a reason of ours, else the rule of SCIM by its scimType, else of HTTP by its status. */
const refusedBy = ({ reason, scimType, status }: ScimError): string =>
  reason ?? scimType ?? refusals.get(status) ?? 'protocol';

const refusals: ReadonlyMap<number, string> = new Map([
  [401, 'authentication'],
  [404, 'notFound'],
  [412, 'precondition'],
  [500, 'fault'],
]);

/** AdvisorsPatch is the patch of the advisors: a function is named for its service and its verb. */
export function verbOf(service: string, functionName: string): string {
  const verb = functionName.slice(service.length);
  return verb.charAt(0).toLowerCase() + verb.slice(1);
}

/** The damaged rows that the request met, by their keys: what is in them is not told. */
function damageOf(store: TenantStore | undefined): object {
  const { count, rows } = store?.damage() ?? { count: 0, rows: [] };
  return count > 0 ? { damagedRows: count, damage: rows } : {};
}

const days = (milliseconds: number): number => Math.floor(milliseconds / DAY);

/** What the log gets to know of an error: not its message, also where the stack begins with it, for it may repeat what a client sent. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error;
  const lines = (error.stack ?? '').replace(error.message, '').split('\n');
  const frames = lines.filter((line) => line.trimStart().startsWith('at '));
  return { name: error.name, code: Reflect.get(error, 'code'), status: Reflect.get(error, 'statusCode'), frames };
}
