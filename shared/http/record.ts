import type { Caller } from '../auth/authenticate.ts';
import { refusalOf } from '../auth/refusal.ts';
import type { ScimResponse } from '../operations/operation.ts';
import type { ScimError } from '../scim/errors.ts';
import type { ToleranceName } from '../scim/tolerance.ts';
import type { TenantStore } from '../store/store.ts';

/** What is known of a request so far; the pipeline fills it in as it goes. */
export interface Trace {
  readonly service: string;
  readonly operation: string;
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
  const { service, operation, started, tolerances, caller, store } = trace;
  const refusal = refusalOf(answer);
  return JSON.stringify({
    record: 'request',
    service,
    operation,
    tenant: caller?.tenant ?? refusal?.knownTenant,
    status: answer.status,
    ...(answer instanceof Error
      ? { scimType: answer.scimType, outcome: 'refused', refusedBy: answer.reason }
      : { outcome: answer.outcome, id: answer.id }),
    durationMs: Math.round((performance.now() - started) * 10) / 10,
    storageCalls: store?.calls.count() ?? 0,
    storageRetries: store?.calls.retries() ?? 0,
    tolerances: [...tolerances],
    token: caller?.fingerprint ?? refusal?.fingerprint,
    tokenAgeDays: caller?.createdOn && days(Date.now() - caller.createdOn.getTime()),
    tokenExpiresInDays: caller?.expiresOn && days(caller.expiresOn.getTime() - Date.now()),
  });
}

const days = (milliseconds: number): number => Math.floor(milliseconds / DAY);
