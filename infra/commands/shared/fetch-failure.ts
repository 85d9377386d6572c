import { isRecord } from './json.ts';

/**
 * The code of a failed fetch, such as ECONNREFUSED; undefined if it has none. It is in the error's cause. If fetch tried both IPv6 and IPv4, the
 * cause contains several errors, and the first one counts.
 */
export function fetchFailureCode(error: unknown): string | undefined {
  const cause = isRecord(error) ? error['cause'] : undefined;
  if (!isRecord(cause)) return undefined;
  const first: unknown = Array.isArray(cause['errors']) ? cause['errors'][0] : cause;
  return isRecord(first) && typeof first['code'] === 'string' ? first['code'] : undefined;
}
