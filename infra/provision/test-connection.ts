import { randomUUID } from 'node:crypto';
import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord } from '../commands/shared/json.ts';
import { describeResponse, type ScimResponse, type Send } from './connection.ts';
import { type Mapping, mapping, matchingIn } from './mapping.ts';
import { matchPath } from './provision-user.ts';
import type { TenantUrl } from './tenant-url.ts';

/** The path of the query for a user that cannot exist. Like Entra, it uses the first matching attribute. */
export const probePath = (by: Mapping = mapping): string => matchPath(matchingIn(by)[0]?.path ?? 'id', randomUUID());

/**
 * Tests the connection as Test Connection in the portal does; every cycle starts with it. For a user that cannot exist, the service has to return an empty
 * ListResponse. Throws CommandError with a message that explains what is wrong with the Tenant URL or the service.
 */
export async function testConnection(send: Send, { base }: TenantUrl, by: Mapping): Promise<void> {
  const response = await send('GET', probePath(by));
  if (isEmptyList(response)) return;
  throw new CommandError(problem(base, response));
}

function isEmptyList({ status, body }: ScimResponse): boolean {
  return status === 200 && isRecord(body) && body['totalResults'] === 0;
}

function problem(base: string, response: ScimResponse): string {
  const { status, body } = response;
  if (status === 404 || (status >= 300 && status < 400)) {
    return `There is no SCIM service at ${base} (${status}): check --url, which ends in /advisors/scim or /rooms/scim.`;
  }
  if (status !== 200) return `The service at ${base} cannot be provisioned. It returned ${describeResponse(response)}`;
  if (isRecord(body) && 'totalResults' in body) {
    return `${base} found ${body['totalResults']} users for a value that no user has: it does not apply the filter.`;
  }
  const kind = response.contentType.split(';')[0] || 'nothing';
  return `${base} returned ${kind}, not a SCIM list: check --url, which ends in /advisors/scim or /rooms/scim.`;
}
