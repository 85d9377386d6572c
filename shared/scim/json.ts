import { badRequest, quote, type ScimError } from './errors.ts';
import { limits } from './limits.ts';

/** A JSON value. A client's objects have no prototype. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** An object that is still being built. */
export type Draft = Record<string, Json>;

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isArray = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/**
 * A copy of an object without a prototype, so that a client's keys ("__proto__", "constructor") have no special meaning. V8 reads and writes it three
 * times faster than an object from Object.create(null).
 */
export const draft = (from: JsonObject = {}): Draft => Object.setPrototypeOf({ ...from }, null);

/**
 * Copies the result of JSON.parse into objects without prototypes. Throws invalidSyntax for too many levels or values, and for text with lone
 * surrogates.
 */
export function copyJson(value: unknown): Json {
  let values = 0;

  function copy(source: unknown, depth: number): Json {
    if (typeof source === 'string') return wellFormed(source);
    if (typeof source === 'number' || typeof source === 'boolean' || source === null) return source;
    if (depth > limits.jsonDepth) throw bodyBeyondLimit(`is nested more than ${limits.jsonDepth} levels deep`);
    return Array.isArray(source) ? copyArray(source, depth) : copyObject(source ?? {}, depth);
  }

  function copyArray(elements: readonly unknown[], depth: number): Json {
    count(elements.length);
    return elements.map((element) => copy(element, depth + 1));
  }

  function copyObject(object: object, depth: number): Json {
    const keys = Object.keys(object);
    count(keys.length);
    const copied = draft();
    for (const key of keys) copied[wellFormed(key)] = copy(Reflect.get(object, key), depth + 1);
    return copied;
  }

  function count(more: number): void {
    values += more;
    if (values > limits.jsonValues) throw bodyBeyondLimit(`contains more than ${limits.jsonValues} values`);
  }

  return copy(value, 0);
}

/** 400 invalidSyntax: the body is beyond a limit. */
export const bodyBeyondLimit = (reason: string): ScimError =>
  badRequest('invalidSyntax', `The request body ${reason}.`);

function wellFormed(text: string): string {
  if (text.isWellFormed()) return text;
  throw badRequest('invalidSyntax', 'The request body contains a lone surrogate, which is not valid Unicode.');
}

/** Whether two JSON values are equal. The order of an object's keys does not matter, but the order of an array's elements does. */
export function equalJson(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (isArray(left))
    return isArray(right) && left.length === right.length && left.every((element, at) => equalJson(element, right[at]));
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => equalJson(left[key], right[key]));
}

/** The type of a JSON value in words: "a string", "an object". */
export function describeJson(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

export type Member = readonly [name: string, value: Json];

/** The members of an object, one by one. If it has thousands, Object.entries takes four times as long. */
export function* membersOf(object: JsonObject): Generator<Member> {
  for (const name of Object.keys(object)) yield [name, object[name] ?? null];
}

/**
 * The members of a client's object by their names in lower case, because names are case-insensitive (RFC 7643 section 2.1). Throws invalidSyntax if
 * a name occurs twice.
 */
export function membersByName(object: JsonObject): ReadonlyMap<string, Json> {
  const members = new Map<string, Json>();
  for (const [name, value] of membersOf(object)) {
    const key = name.toLowerCase();
    if (members.has(key))
      throw badRequest('invalidSyntax', `The attribute ${quote(name)} occurs twice in one object. Send it only once.`);
    members.set(key, value);
  }
  return members;
}

/** The number of characters in all texts of a value, which is a lower bound of its size. */
export function textOf(value: Json): number {
  if (typeof value === 'string') return value.length;
  if (isArray(value)) return value.reduce<number>((sum, element) => sum + textOf(element), 0);
  return isObject(value) ? Object.values(value).reduce<number>((sum, member) => sum + textOf(member), 0) : 0;
}
