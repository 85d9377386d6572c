import { quote } from './errors.ts';
import { isArray, isObject, type Json, type JsonObject } from './json.ts';
import { grammarError, tryParse } from './lexer.ts';
import type { Attribute, ResourceType } from './schema.ts';

/** attrPath of RFC 7644 section 3.4.2.2: an attribute name, optionally with a schema URN before it and a sub-attribute after it. */
export interface AttrPath {
  readonly uri?: string;
  readonly name: string;
  readonly sub?: string;
}

/** The attribute that an attrPath names, or its sub-attribute. */
export interface Resolved {
  readonly attribute: Attribute;
  readonly sub?: Attribute;
}

/** Parses an attrPath. The URN ends at the last colon. `at` is the position of the text, for errors. Throws GrammarError. */
export function parseAttrPath(text: string, at = 0): AttrPath {
  const colon = text.lastIndexOf(':');
  const uri = colon < 0 ? undefined : text.slice(0, colon);
  const [name = '', sub, ...rest] = text.slice(colon + 1).split('.');
  if (!isAttributeName(name)) throw grammarError(`${quote(text)} is not an attribute name`, at);
  if (rest.length > 0 || (sub !== undefined && !isAttributeName(sub))) {
    throw grammarError(`${quote(text)} does not have the form "attribute.subAttribute"`, at);
  }
  return { ...(uri !== undefined && { uri }), name, ...(sub !== undefined && { sub }) };
}

/** ATTRNAME of RFC 7644, including the `$` of `$ref` (RFC 7643 section 2.1). */
export function isAttributeName(text: string): boolean {
  return /^[A-Za-z$][A-Za-z0-9_$-]*$/.test(text);
}

/** Writes an attrPath so that parseAttrPath reads the same one. */
export const printAttrPath = ({ uri, name, sub }: AttrPath): string =>
  `${uri === undefined ? '' : `${uri}:`}${name}${sub === undefined ? '' : `.${sub}`}`;

/** Finds the attribute that a text names; undefined if the text is not an attrPath, or if the resource type has no such attribute. */
export function findAttrPath(type: ResourceType, text: string): Resolved | undefined {
  const path = tryParse(() => parseAttrPath(text));
  return path && resolveAttrPath(type, path);
}

/** Finds the attribute that an attrPath names; undefined if the resource type has none. Names and URNs are case-insensitive. */
export function resolveAttrPath(type: ResourceType, path: AttrPath): Resolved | undefined {
  if (path.uri !== undefined && !isSchemaOf(type, path.uri)) return undefined;
  const attribute = type.attribute(path.name);
  if (!attribute || path.sub === undefined) return attribute && { attribute };
  const sub = attribute.sub(path.sub);
  return sub && { attribute, sub };
}

/** Whether a text is the URN of the resource type's schema, in upper or lower case. */
export const isSchemaOf = (type: ResourceType, uri: string): boolean => uri.toLowerCase() === type.schema.toLowerCase();

/** The declared name of an attribute, with its sub-attribute: `name.familyName`. */
export const resolvedName = ({ attribute, sub }: Resolved): string =>
  sub ? `${attribute.name}.${sub.name}` : attribute.name;

/** The values of an attribute in a resource. For a multi-valued attribute, the values of all elements. */
export function valuesOf(candidate: JsonObject, { attribute, sub }: Resolved): readonly Json[] {
  const values = elementsOf(candidate[attribute.name]);
  if (!sub) return values;
  return values.flatMap((value) => (isObject(value) ? elementsOf(value[sub.name]) : []));
}

/** The same, with the assumed values of unassigned sub-attributes (RFC 7643 section 2.4: `primary` is assumed to be false). */
export function assumedValuesOf(candidate: JsonObject, target: Resolved): readonly Json[] {
  const { attribute, sub } = target;
  const leaf = sub ?? attribute;
  if (leaf.assumed === undefined) return valuesOf(candidate, target);
  const assumed = (value: Json | undefined): Json => value ?? leaf.assumed ?? null;
  if (!sub) return [assumed(candidate[leaf.name])];
  return valuesOf(candidate, { attribute }).flatMap((value) => (isObject(value) ? [assumed(value[leaf.name])] : []));
}

/** The elements of a multi-valued attribute, or the value of any other attribute; none if it is unassigned. */
export function elementsOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return isArray(value) ? value : [value];
}

/** Whether a value is not empty (RFC 7644 table 3, "pr"). "" and complex values without sub-attributes are empty. */
export function isPresent(value: Json): boolean {
  return isObject(value) ? Object.values(value).some(isPresent) : value !== '' && value !== null;
}
