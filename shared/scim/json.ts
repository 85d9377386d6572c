import { badRequest } from './errors.ts';
import { limits } from './limits.ts';

/** A JSON value. Objects that were read from a client have no prototype. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** An object that is still being built. */
export type Draft = Record<string, Json>;

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isArray = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** A new object without a prototype, so that no key of a client ("__proto__", "constructor") means anything. */
export const draft = (from: JsonObject = {}): Draft => Object.assign(Object.create(null), from);

/**
 * Copies what JSON.parse returned into trees without prototypes.
 * Throws invalidSyntax for nesting beyond the limit and for text that is not Unicode (lone surrogates).
 */
export function copyJson(value: unknown, depth = 0): Json {
  if (depth > limits.jsonDepth)
    throw badRequest('invalidSyntax', `The request body nests deeper than ${limits.jsonDepth} levels.`);
  if (typeof value === 'string') return wellFormed(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => copyJson(element, depth + 1));
  const copy = draft();
  for (const [key, member] of Object.entries(value ?? {})) copy[wellFormed(key)] = copyJson(member, depth + 1);
  return copy;
}

function wellFormed(text: string): string {
  if (text.isWellFormed()) return text;
  throw badRequest('invalidSyntax', 'The request body holds half of a surrogate pair, which is not Unicode text.');
}

/** Whether two JSON values are the same value; the order of an object's keys does not count, that of an array's elements does. */
export function equalJson(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (isArray(left))
    return isArray(right) && left.length === right.length && left.every((one, at) => equalJson(one, right[at]));
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => equalJson(left[key], right[key]));
}

/** What a JSON value is, in the words of a sentence: "a string", "an object". */
export function describeJson(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
