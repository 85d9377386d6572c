import { badRequest } from './errors.ts';
import { isArray, type Json, type JsonObject } from './json.ts';

/** The members of an object from a client under lower-case names (RFC 7643 section 2.1: names compare without case). Throws invalidSyntax for a name that stands twice. */
export function membersOf(object: JsonObject): ReadonlyMap<string, Json> {
  const members = new Map<string, Json>();
  for (const [name, value] of Object.entries(object)) {
    const key = name.toLowerCase();
    if (members.has(key))
      throw badRequest('invalidSyntax', `The attribute "${name.slice(0, 200)}" stands twice in one object.`);
    members.set(key, value);
  }
  return members;
}

/** Throws invalidSyntax unless `schemas` names the URN (RFC 7643 section 3: the attribute is required). Other URNs are let pass. */
export function requireSchema(members: ReadonlyMap<string, Json>, urn: string): void {
  const schemas = members.get('schemas');
  if (isArray(schemas) && schemas.some((one) => typeof one === 'string' && one.toLowerCase() === urn.toLowerCase()))
    return;
  throw badRequest('invalidSyntax', `The attribute "schemas" has to be an array that holds "${urn}".`);
}
