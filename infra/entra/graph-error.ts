import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, parseJson } from '../commands/shared/json.ts';
import { recordOf, textOf } from './json.ts';

/** A refusal of Microsoft Graph, or of Azure's resource manager: what was asked, the code, the message and the request id. */
export class GraphError extends CommandError {
  readonly status: number;
  readonly code: string;

  constructor(request: string, refusal: Refusal) {
    super(sentenceOf(request, refusal));
    this.status = refusal.status;
    this.code = refusal.code;
  }
}

/** What an error answer says (learn.microsoft.com/graph/errors). */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
}

/** Reads an error answer, also the errors within its error: those hold the code of the provisioning service. */
export function readRefusal(status: number, text: string, requestIdHeader: string | null): Refusal {
  const error = recordOf(recordOf(parseJson(text))['error']);
  const inner = recordOf(error['innerError'] ?? error['innererror']);
  const details = Array.isArray(error['details']) ? error['details'].map(recordOf) : [];
  const codes = [error, ...details, ...chain(inner)].map(({ code }) => textOf(code)).filter(Boolean);
  const messages = [error, ...details, ...chain(inner)].map(({ message }) => textOf(message)).filter(Boolean);
  return {
    status,
    code: [...new Set(codes)].join(', '),
    message: withoutTokens([...new Set(messages)].join(' ') || (isRecord(parseJson(text)) ? '' : text.slice(0, 300))),
    requestId: requestIdHeader ?? textOf(inner['request-id'] ?? inner['requestId']),
  };
}

/** Entra quotes in its errors what it sent to BookMe and what it got. */
const withoutTokens = (text: string): string => text.replace(/[a-z0-9-]{1,40}\.[A-Za-z0-9_-]{43}/g, '(a token)');

function chain(inner: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[] {
  const next = inner['innerError'] ?? inner['innererror'];
  return isRecord(next) ? [inner, ...chain(next)] : [inner];
}

function sentenceOf(request: string, { status, code, message, requestId }: Refusal): string {
  const lines = [
    `${request} was answered ${status}${code ? ` ${code}` : ''}${message ? `: ${message}` : '.'}`,
    ...(requestId ? [`Request id: ${requestId}`] : []),
    adviceFor(status, code),
  ];
  return lines.join('\n');
}

const missingRole =
  'You need the role Cloud Application Administrator or Application Administrator in this tenant, active now (a role that was just activated counts ' +
  'only after a new sign-in, such as az login). A sign-in of your own needs the scopes Application.ReadWrite.All, Synchronization.ReadWrite.All, ' +
  'AppRoleAssignment.ReadWrite.All and AuditLog.Read.All. Microsoft Graph often answers 401 where it means that one of these is missing.';

function adviceFor(status: number, code: string): string {
  if (/InvalidAuthenticationToken/i.test(code))
    return `The sign-in has expired, or is not for this Graph: sign in again. ${missingRole}`;
  if (status === 401 || status === 403) return missingRole;
  if (status === 404)
    return 'It is not there, or not there yet: an application needs some minutes after it was created. Run the command again.';
  if (status === 409) return 'Something else is changing it at this moment: run the command again in some minutes.';
  if (status === 429) return 'Microsoft Graph limits how often it is asked: run the command again in some minutes.';
  if (status >= 500)
    return 'Microsoft Graph is out of order or busy: run the command again. It goes on where it stopped.';
  return 'Nothing that follows was done. Correct what the message names, or report it with the request id, then run the command again.';
}
