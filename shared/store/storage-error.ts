import { RestError } from '@azure/data-tables';

/** What a failed call of Table Storage means for the one who made it. */
export type Failure =
  | { readonly kind: 'missing' }
  /** A row of that key exists; `index` is its place in the transaction. */
  | { readonly kind: 'exists'; readonly index: number }
  /** The row is no longer the version that was read. */
  | { readonly kind: 'changed' }
  /** Storage did not answer, or not with an outcome: the call may have been carried out or not. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'fault' };

/** Reads the kind of failure from what the SDK threw; platform: single calls and transactions report their codes in different places. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof RestError)) return isAborted(error) ? { kind: 'unknown' } : { kind: 'fault' };
  const { statusCode } = error;
  if (statusCode === undefined || statusCode >= 500 || statusCode === 408 || statusCode === 429)
    return { kind: 'unknown' };
  const code = error.code ?? detailCode(error.details);
  // A table that is not there yet, and a sign-in that fails, are the service's troubles, never an answer about a resource.
  if (code === 'TableNotFound' || code === 'TableBeingDeleted' || statusCode === 401 || statusCode === 403)
    return { kind: 'unknown' };
  if (statusCode === 404) return { kind: 'missing' };
  if (statusCode === 409) return { kind: 'exists', index: indexOf(error.message) };
  return { kind: statusCode === 412 ? 'changed' : 'fault' };
}

const isAborted = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');

function detailCode(details: unknown): string | undefined {
  const odata = member(details, 'odataError');
  const code = member(odata, 'code');
  return typeof code === 'string' ? code : undefined;
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** In a transaction the message begins with the place of the action that failed: "1:The specified entity already exists." */
function indexOf(message: string): number {
  const index = /^(\d{1,3}):/.exec(message)?.[1];
  return index === undefined ? 0 : Number(index);
}
