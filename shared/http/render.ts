import type { HttpResponseInit } from '@azure/functions';
import type { ScimResponse } from '../operations/operation.ts';
import type { ScimError } from '../scim/errors.ts';
import { messages } from '../scim/urns.ts';

const SCIM_JSON = 'application/scim+json';

/** What every answer has: it holds a bank's staff, so no one on the way may keep it. */
const always = { 'cache-control': 'no-store' };

/** Renders what an operation answers; 204 and 304 have no body and no media type. */
export function renderResponse({ status, body, headers }: ScimResponse): HttpResponseInit {
  if (!body) return { status, headers: { ...always, ...headers } };
  return { status, headers: { ...always, 'content-type': SCIM_JSON, ...headers }, body: JSON.stringify(body) };
}

/** Renders an error as RFC 7644 section 3.12 has it: the status is a string, scimType stands only where the RFC names one. */
export function renderError({ status, scimType, detail, headers }: ScimError): HttpResponseInit {
  const body = { schemas: [messages.error], status: String(status), ...(scimType && { scimType }), detail };
  return { status, headers: { ...always, 'content-type': SCIM_JSON, ...headers }, body: JSON.stringify(body) };
}
