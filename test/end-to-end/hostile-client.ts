import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request as send } from 'node:http';
import { text as readText } from 'node:stream/consumers';

/** A request with its target and headers exactly as given. */
export interface Sent {
  readonly method: string;
  /** The target in the request line, which begins with a slash. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

/** The whole answer, and the CPU time that it took in this process, which is both the client and the server. */
export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly cpuMilliseconds: number;
}

/** Sends a request that an ordinary client would correct or refuse to send. */
export async function exchange(url: string, { method, target, headers = {}, body }: Sent): Promise<Received> {
  const { hostname, port } = new URL(url);
  const before = process.cpuUsage();
  const length =
    body === undefined || 'transfer-encoding' in headers ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const request = send({
    hostname,
    port,
    method,
    path: '/',
    headers: { ...length, ...headers } as NodeJS.Dict<string[]>,
  }); // each value is one text or several
  request.path = target; // the option `path` would be checked and escaped
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage]; // the argument of the event
  const text = await readText(response);
  const { user, system } = process.cpuUsage(before);
  return { status: response.statusCode ?? 0, headers: response.headers, text, cpuMilliseconds: (user + system) / 1000 };
}

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const SCIM_TYPES =
  'invalidCount invalidCursor invalidFilter invalidPath invalidSyntax invalidValue mutability noTarget uniqueness';

/** What is wrong with an answer of a function; undefined if it is correct. */
export function faultOf({ status, headers, text }: Pick<Received, 'status' | 'headers' | 'text'>): string | undefined {
  if (status >= 500 && status !== 501) return `status ${status}`;
  if (status === 204 || status === 304) return text === '' ? undefined : `a body with ${status}`;
  if (headers['content-type'] !== 'application/scim+json') return `media type ${headers['content-type']}`;
  const body = parse(text);
  if (!body) return 'no JSON object';
  if (!text.isWellFormed() || !JSON.stringify(body).isWellFormed()) return 'half a surrogate pair';
  return status < 400 ? faultOfSuccess(body) : faultOfError(status, body);
}

function faultOfSuccess({ schemas }: Readonly<Record<string, unknown>>): string | undefined {
  return Array.isArray(schemas) && schemas.length > 0 ? undefined : 'no schemas';
}

/** RFC 7644 section 3.12. */
function faultOfError(status: number, body: Readonly<Record<string, unknown>>): string | undefined {
  const { schemas, status: said, scimType, detail, ...others } = body;
  if (JSON.stringify(schemas) !== JSON.stringify([ERROR])) return 'no error schema';
  if (said !== String(status)) return `status ${said} in the body`;
  if (typeof detail !== 'string' || detail === '') return 'no detail';
  if (detail.length > 1000) return `a detail of ${detail.length} characters`;
  if (status === 400 && scimType === undefined) return '400 without scimType';
  if (scimType !== undefined && !SCIM_TYPES.split(' ').includes(String(scimType))) return `scimType ${scimType}`;
  return Object.keys(others).length > 0 ? `also ${Object.keys(others)}` : undefined;
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : undefined;
  } catch {
    return undefined;
  }
}
