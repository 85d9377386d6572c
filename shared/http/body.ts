import type { HttpRequest } from '@azure/functions';
import { badRequest, ScimError } from '../scim/errors.ts';
import { bodyBeyondLimit, copyJson, isArray, isObject, type Json, type JsonObject } from '../scim/json.ts';
import { limits } from '../scim/limits.ts';

/**
 * Reads the JSON object in a request's body.
 * Throws 411 for a chunked body (the Functions host passes it on empty), 413, 415, and 400 invalidSyntax.
 */
export async function readBody(request: HttpRequest): Promise<JsonObject> {
  checkFraming(request.headers);
  checkMediaType(request.headers);
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length > limits.bodyBytes) throw tooLarge();
  if (bytes.length === 0) throw invalidSyntax('The request has no body. Send a JSON object.');
  const text = decode(bytes);
  const shape = shapeOf(text);
  checkShape(shape);
  const body = copyJson(parse(text));
  if (!isObject(body)) throw invalidSyntax('The request body must be a JSON object.');
  if (membersIn(body) !== shape.members)
    throw invalidSyntax('The request body has an object in which the same name occurs twice. Send it only once.');
  return body;
}

function checkFraming(headers: Headers): void {
  if (headers.has('transfer-encoding'))
    throw new ScimError(411, 'The request body is chunked. Send it with Content-Length instead.');
  if (Number(headers.get('content-length')) > limits.bodyBytes) throw tooLarge();
}

/** RFC 7644 section 3.1: the media type is application/scim+json. application/json is accepted too. */
function checkMediaType(headers: Headers): void {
  const [type = '', ...parameters] = (headers.get('content-type') ?? 'application/scim+json')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  const isJson = type === 'application/scim+json' || type === 'application/json';
  const isUtf8 = charset === undefined || charset === 'utf-8' || charset === 'utf8';
  if (!isJson || !isUtf8) throw new ScimError(415, 'Send the request body as application/scim+json in UTF-8.');
  if ((headers.get('content-encoding') ?? 'identity').toLowerCase() !== 'identity')
    throw new ScimError(415, 'The request body is compressed. Send it without Content-Encoding.');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalidSyntax('The request body is not valid UTF-8.');
  }
}

function parse(text: string): unknown {
  // RFC 8259 section 8.1: no byte order mark may be sent.
  if (text.startsWith('\uFEFF')) throw invalidSyntax('The request body begins with a byte order mark. Remove it.');
  try {
    return JSON.parse(text);
  } catch {
    throw invalidSyntax('The request body is not valid JSON.');
  }
}

const tooLarge = (): ScimError => new ScimError(413, `The request body has more than ${limits.bodyBytes} bytes.`);

const invalidSyntax = (detail: string): ScimError => badRequest('invalidSyntax', detail);

/** The size of a JSON text, counted before it is parsed. */
interface Shape {
  /** The levels of nested arrays and objects, not counting the outermost. */
  readonly depth: number;
  /** A lower bound of the number of members of objects and elements of arrays. */
  readonly values: number;
  /** The number of members of objects, which is the number of colons outside strings. */
  readonly members: number;
}

const code = (character: string): number => character.charCodeAt(0);
const [QUOTE, COLON, COMMA, BACKSLASH] = [code('"'), code(':'), code(','), code('\\')];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [code('['), code(']'), code('{'), code('}')];

/** Counts in one pass over the characters. For a hostile text, this takes a fraction of the time of JSON.parse. */
export function shapeOf(text: string): Shape {
  let inString = false;
  let [members, commas, containers, open, deepest] = [0, 0, 0, 0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === BACKSLASH) at += 1;
    else if (character === QUOTE) inString = !inString;
    else if (inString) continue;
    else if (character === COLON) members += 1;
    else if (character === COMMA) commas += 1;
    else if (character === OPEN_ARRAY || character === OPEN_OBJECT) {
      containers += 1;
      open += 1;
      if (open > deepest) deepest = open;
    } else if (character === CLOSE_ARRAY || character === CLOSE_OBJECT) open -= 1;
  }
  return { depth: Math.max(0, deepest - 1), values: Math.max(commas, containers - 1), members };
}

/** Throws the errors of copyJson before the text is parsed: JSON.parse takes 400 ms for a megabyte of brackets. */
function checkShape({ depth, values }: Shape): void {
  if (depth > limits.jsonDepth) throw bodyBeyondLimit(`is nested more than ${limits.jsonDepth} levels deep`);
  if (values > limits.jsonValues) throw bodyBeyondLimit(`contains more than ${limits.jsonValues} values`);
}

/** The number of members of all objects in a value. Of members with the same name, JSON.parse keeps only the last (RFC 8259 section 4). */
function membersIn(value: Json): number {
  if (isArray(value)) return value.reduce<number>((sum, element) => sum + membersIn(element), 0);
  if (!isObject(value)) return 0;
  return Object.values(value).reduce<number>((sum, member) => sum + 1 + membersIn(member), 0);
}
