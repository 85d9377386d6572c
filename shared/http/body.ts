import type { HttpRequest } from '@azure/functions';
import { badRequest, ScimError } from '../scim/errors.ts';
import { copyJson, isArray, isObject, type Json, type JsonObject } from '../scim/json.ts';
import { limits } from '../scim/limits.ts';

/**
 * Reads the JSON object in a request's body.
 * Throws 411 for a chunked body (the Functions host hands it over empty), 413, 415, and 400 invalidSyntax.
 */
export async function readBody(request: HttpRequest): Promise<JsonObject> {
  checkFraming(request.headers);
  checkMediaType(request.headers);
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length > limits.bodyBytes) throw tooLarge();
  if (bytes.length === 0) throw invalidSyntax('The request has no body; send a JSON object.');
  const text = decode(bytes);
  const body = copyJson(parse(text));
  if (!isObject(body)) throw invalidSyntax('The request body has to be a JSON object.');
  if (hasRepeatedName(text, body)) throw invalidSyntax('A name stands twice in one object of the request body.');
  return body;
}

function checkFraming(headers: Headers): void {
  if (headers.has('transfer-encoding')) throw new ScimError(411, 'Send the body with a Content-Length, not in chunks.');
  if (Number(headers.get('content-length')) > limits.bodyBytes) throw tooLarge();
}

/** RFC 7644 section 3.1: application/scim+json; plain JSON is taken as the same. */
function checkMediaType(headers: Headers): void {
  const [type = '', ...parameters] = (headers.get('content-type') ?? 'application/scim+json')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters
    .find((one) => one.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  const isJson = type === 'application/scim+json' || type === 'application/json';
  const isUtf8 = charset === undefined || charset === 'utf-8' || charset === 'utf8';
  if (!isJson || !isUtf8) throw new ScimError(415, 'Send the body as application/scim+json in UTF-8.');
  if ((headers.get('content-encoding') ?? 'identity').toLowerCase() !== 'identity')
    throw new ScimError(415, 'Send the body without a content encoding.');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalidSyntax('The request body is not UTF-8.');
  }
}

function parse(text: string): unknown {
  // RFC 8259 section 8.1: no byte order mark may be sent.
  if (text.startsWith('\uFEFF')) throw invalidSyntax('The request body begins with a byte order mark; leave it out.');
  try {
    return JSON.parse(text);
  } catch {
    throw invalidSyntax('The request body is not JSON.');
  }
}

const tooLarge = (): ScimError => new ScimError(413, `A request body may be ${limits.bodyBytes} bytes at most.`);

const invalidSyntax = (detail: string): ScimError => badRequest('invalidSyntax', detail);

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/**
 * Whether an object in a JSON text has a name twice: JSON.parse keeps the last of them, another reader may keep the first (RFC 8259 section 4).
 * `value` is what was parsed: it then has fewer members than the text.
 */
export const hasRepeatedName = (text: string, value: Json): boolean => membersWritten(text) !== membersRead(value);

/** In a text that is JSON, each colon outside of strings belongs to one member. */
function membersWritten(text: string): number {
  let members = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) inString = !inString;
    else if (code === COLON && !inString) members += 1;
  }
  return members;
}

function membersRead(value: Json): number {
  if (isArray(value)) return value.reduce<number>((sum, one) => sum + membersRead(one), 0);
  if (!isObject(value)) return 0;
  return Object.values(value).reduce<number>((sum, one) => sum + 1 + membersRead(one), 0);
}
