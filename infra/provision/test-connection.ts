import { randomUUID } from 'node:crypto';
import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord } from '../commands/shared/json.ts';
import { type Answer, describeAnswer, type Send } from './connection.ts';
import { matchPath } from './provision-user.ts';
import type { TenantUrl } from './tenant-url.ts';

/**
 * The portal's Test Connection, which also precedes every cycle: a query for a user that cannot exist is to be answered with
 * an empty ListResponse. Throws CommandError that says what is wrong with the Tenant URL or the service.
 */
export async function testConnection(send: Send, { base }: TenantUrl): Promise<void> {
  const answer = await send('GET', matchPath('userName', randomUUID()));
  if (isEmptyList(answer)) return;
  throw new CommandError(complaint(base, answer));
}

function isEmptyList({ status, body }: Answer): boolean {
  return status === 200 && isRecord(body) && body['totalResults'] === 0;
}

function complaint(base: string, answer: Answer): string {
  const { status, body } = answer;
  if (status === 404 || (status >= 300 && status < 400)) {
    return `There is no SCIM service at ${base} (${status}): check --url, which ends in /advisors/scim or /rooms/scim.`;
  }
  if (status !== 200) return `${base} is not ready to be provisioned. It answered ${describeAnswer(answer)}`;
  if (isRecord(body) && 'totalResults' in body) {
    return `${base} found ${body['totalResults']} users for a userName that nobody has: it does not understand the filter.`;
  }
  const kind = answer.contentType.split(';')[0] || 'nothing';
  return `${base} answered with ${kind}, not with a SCIM list: check --url, which ends in /advisors/scim or /rooms/scim.`;
}
