import type { Tolerate } from './entra.ts';
import { type Draft, draft, isArray, isObject, type Json, type JsonObject, membersByName } from './json.ts';
import type { Attribute, ResourceType } from './schema.ts';

/**
 * Brings a client's value into the form that is kept: declared names only and as declared, no nulls, no empty strings, no empty elements.
 * Undefined means unassigned (RFC 7643 section 2.5). A value of the wrong type is left as it is: validation refuses it.
 */
export function readAttributeValue(
  attribute: Attribute,
  value: Json | undefined,
  tolerate: Tolerate,
): Json | undefined {
  if (!attribute.multiValued || !isArray(value)) return readOneValue(attribute, value, tolerate);
  const elements = value
    .map((element) => readElementValue(attribute, element, tolerate))
    .filter((element) => element !== undefined);
  return elements.length > 0 ? elements : undefined;
}

/** One element of a multi-valued attribute; unassigned where nothing is left but what kind of element it is. */
export function readElementValue(attribute: Attribute, value: Json, tolerate: Tolerate): Json | undefined {
  const element = readOneValue(attribute, value, tolerate);
  return isObject(element) ? withoutBareQualifiers(attribute, element) : element;
}

/** The element, unless it has nothing but qualifiers (type, primary) left. */
export function withoutBareQualifiers(attribute: Attribute, element: JsonObject): JsonObject | undefined {
  return Object.keys(element).some((name) => !attribute.sub(name)?.qualifier) ? element : undefined;
}

/** What a client may write of a whole resource (POST, PUT), with the initial values of what it omits. Throws invalidSyntax. */
export function readResource(type: ResourceType, body: JsonObject, tolerate: Tolerate): JsonObject {
  const members = membersByName(body);
  if ([...members.keys()].some((name) => !type.attribute(name))) tolerate('unmappedIgnored');
  return withInitialValues(type, readMembers(type.writable, members, tolerate));
}

/** The resource with the initial value of each attribute that is unassigned and has one. */
function withInitialValues(type: ResourceType, resource: JsonObject): JsonObject {
  const complete = draft(resource);
  for (const { name, initial } of type.writable) if (initial !== undefined) complete[name] ??= initial;
  return complete;
}

/** One value, or one element as it is: also one that says nothing but what kind of element it is. */
export function readOneValue(attribute: Attribute, value: Json | undefined, tolerate: Tolerate): Json | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (attribute.type === 'boolean' && typeof value === 'string') return readBoolean(value, tolerate);
  if (attribute.type !== 'complex' || !isObject(value)) return value;
  const members = membersByName(value);
  if ([...members.keys()].some((name) => !attribute.sub(name))) tolerate('unmappedIgnored');
  const complex = readMembers(attribute.subAttributes, members, tolerate);
  return Object.keys(complex).length > 0 ? complex : undefined;
}

function readMembers(attributes: readonly Attribute[], members: ReadonlyMap<string, Json>, tolerate: Tolerate): Draft {
  const read = draft();
  for (const attribute of attributes) {
    const value = readAttributeValue(attribute, members.get(attribute.name.toLowerCase()), tolerate);
    if (value !== undefined) read[attribute.name] = value;
  }
  return read;
}

function readBoolean(text: string, tolerate: Tolerate): Json {
  const literal = text.toLowerCase();
  return (literal === 'true' || literal === 'false') && tolerate('booleansAsText') ? literal === 'true' : text;
}
