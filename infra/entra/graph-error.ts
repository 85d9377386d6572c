import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, parseJson } from '../commands/shared/json.ts';
import { recordOf, textOf } from './json.ts';

/** An error response of Microsoft Graph or Azure Resource Manager. The message contains the request, the code, Graph's message and the request id. */
export class GraphError extends CommandError {
  readonly status: number;
  readonly code: string;

  constructor(request: string, refusal: Refusal) {
    super(sentenceOf(request, refusal));
    this.status = refusal.status;
    this.code = refusal.code;
  }
}

/** The content of an error response (learn.microsoft.com/graph/errors). */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
}

/** Reads an error response, including its inner errors, which contain the code of the provisioning service. */
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

/** Removes Secret Tokens: Entra's error messages quote the requests to BookMe and the responses. */
const withoutTokens = (text: string): string => text.replace(/[a-z0-9-]{1,40}\.[A-Za-z0-9_-]{43}/g, '(a token)');

function chain(inner: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[] {
  const next = inner['innerError'] ?? inner['innererror'];
  return isRecord(next) ? [inner, ...chain(next)] : [inner];
}

function sentenceOf(request: string, { status, code, message, requestId }: Refusal): string {
  const lines = [
    `${request} returned ${status}${code ? ` ${code}` : ''}${message ? `: ${message}` : '.'}`,
    ...(requestId ? [`Request id: ${requestId}`] : []),
    adviceFor(status, code),
  ];
  return lines.join('\n');
}

const missingRole =
  'You need the role Cloud Application Administrator or Application Administrator in this tenant, and it must be active (after you activate a role, ' +
  'sign in again, for example with az login). With --client-id, your client needs the scopes Application.ReadWrite.All, Synchronization.ReadWrite.All, ' +
  'AppRoleAssignment.ReadWrite.All and AuditLog.Read.All. Microsoft Graph often returns 401 if one of these is missing.';

function adviceFor(status: number, code: string): string {
  if (/InvalidAuthenticationToken/i.test(code))
    return `Your sign-in has expired, or is for a different Microsoft Graph: sign in again. ${missingRole}`;
  if (status === 401 || status === 403) return missingRole;
  if (status === 404)
    return 'It does not exist, or not yet: after an application is created, some minutes pass until all parts of Entra know it. Run the command again.';
  if (status === 409) return 'Something else is changing it at the same time: run the command again in a few minutes.';
  if (status === 429)
    return 'Microsoft Graph is limiting the number of requests: run the command again in a few minutes.';
  if (status >= 500)
    return 'Microsoft Graph is busy or has an outage: run the command again. It continues where it stopped.';
  return 'The following steps were not carried out. Correct the problem in the message, or report it with the request id, then run the command again.';
}
