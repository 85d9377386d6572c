import { isRecord } from './json.ts';

/** What the service answered. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | null;
  /** Undefined where the body is not JSON. */
  readonly body: unknown;
}

/** Whether the service asks to come back later (RFC 6585 section 4, RFC 9110 section 15.6.4). */
export const isBusy = ({ status }: Answer): boolean => status === 429 || status === 503;

export const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** The answer in one line: status, and the scimType and detail of a SCIM error (RFC 7644 section 3.12). */
export function refused({ status, contentType, body }: Answer): string {
  const error = isRecord(body) ? body : {};
  const scimType = typeof error['scimType'] === 'string' ? ` ${error['scimType']}` : '';
  if (typeof error['detail'] === 'string') return `${status}${scimType}: ${error['detail']}`;
  return `${status}${scimType}, ${contentType.split(';')[0] || 'an empty answer'} without a detail`;
}
