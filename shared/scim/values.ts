import { parseBoolean } from './comparison.ts';
import { type Draft, draft, isArray, isObject, type Json, type JsonObject, membersByName } from './json.ts';
import type { Reading } from './reading.ts';
import type { Attribute, ResourceType } from './schema.ts';

/**
 * Reads the attributes that a client may write from the resource in a POST or PUT. An omitted attribute with an initial value keeps its `stored`
 * value, so a PUT without `active` cannot enable a disabled user. Throws invalidSyntax.
 */
export function readResource(
  type: ResourceType,
  body: JsonObject,
  { reading, stored = {} }: { readonly reading: Reading; readonly stored?: JsonObject },
): JsonObject {
  const members = membersByName(body);
  recordUnmapped(members, (name) => type.attribute(name), reading);
  const resource = readMembers(type.writable, members, reading);
  for (const { name, initial } of type.writable) if (initial !== undefined) resource[name] ??= stored[name] ?? initial;
  return resource;
}

/**
 * Converts a client's value into the form that is stored: declared names in their declared spelling, and no nulls, empty strings, empty elements or
 * duplicates. Undefined means unassigned (RFC 7643 section 2.5). A value of the wrong type is returned unchanged, for validation to refuse.
 */
export function readAttributeValue(attribute: Attribute, value: Json | undefined, reading: Reading): Json | undefined {
  if (!attribute.multiValued || !isArray(value)) return readOneValue(attribute, value, reading);
  const read = value.map((element) => readOneValue(attribute, element, reading));
  const kept = read.filter((element) => element !== undefined).filter((element) => !isBare(attribute, element));
  const elements = distinct(attribute, kept);
  return elements.length > 0 ? elements : undefined;
}

/** Whether an element has only qualifiers (type, primary). */
export const isBare = (attribute: Attribute, element: Json): boolean =>
  isObject(element) && Object.keys(element).every((name) => attribute.sub(name)?.qualifier);

/** Removes duplicate elements, whatever the order of their sub-attributes (RFC 7644 section 3.5.2.1). */
export function distinct(attribute: Attribute, elements: readonly Json[]): readonly Json[] {
  if (elements.length < 2) return elements;
  const names = attribute.subAttributes.map(({ name }) => name);
  return [...new Map(elements.map((element) => [JSON.stringify(element, names), element])).values()];
}

/** Reads a single value, or one element even if it has only qualifiers. */
export function readOneValue(attribute: Attribute, value: Json | undefined, reading: Reading): Json | undefined {
  if (value === null) return undefined;
  // An omitted attribute with an initial value keeps its value. So an empty text must not count as omitted, and validation refuses it.
  if (value === '') return attribute.initial === undefined ? undefined : value;
  if (attribute.type === 'boolean' && typeof value === 'string') return readBoolean(value, reading);
  if (attribute.type !== 'complex' || !isObject(value)) return value;
  const members = membersByName(value);
  recordUnmapped(members, (name) => attribute.sub(name), reading);
  const complex = readMembers(attribute.subAttributes, members, reading);
  return Object.keys(complex).length > 0 ? complex : undefined;
}

/** Records, for the log, that a resource or a complex value has undeclared attributes, which are ignored. */
function recordUnmapped(
  members: ReadonlyMap<string, Json>,
  find: (name: string) => Attribute | undefined,
  { accepts, tolerated }: Reading,
): void {
  if (accepts.has('unmappedIgnored') && [...members.keys()].some((name) => !find(name)))
    tolerated.add('unmappedIgnored');
}

function readMembers(attributes: readonly Attribute[], members: ReadonlyMap<string, Json>, reading: Reading): Draft {
  const read = draft();
  for (const attribute of attributes) {
    const value = readAttributeValue(attribute, members.get(attribute.name.toLowerCase()), reading);
    if (value !== undefined) read[attribute.name] = value;
  }
  return read;
}

function readBoolean(text: string, { accepts, tolerated }: Reading): Json {
  const value = accepts.has('booleansAsText') ? parseBoolean(text) : undefined;
  if (value !== undefined) tolerated.add('booleansAsText');
  return value ?? text;
}
