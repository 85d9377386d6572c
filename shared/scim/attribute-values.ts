import type { Resolved } from './attr-path.ts';
import { isArray, isObject, type Json, type JsonObject } from './json.ts';

/** All values that an attrPath names in a resource: of a multi-valued attribute, those of each element. */
export function valuesOf(candidate: JsonObject, { attribute, sub }: Resolved): readonly Json[] {
  const values = elementsOf(candidate[attribute.name]);
  if (!sub) return values;
  return values.flatMap((value) => (isObject(value) ? elementsOf(value[sub.name]) : []));
}

/** The elements of a multi-valued attribute, or the one value of another; none where it is unassigned. */
export function elementsOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return isArray(value) ? value : [value];
}

/** Not empty: neither "" nor a complex value without sub-attributes (RFC 7644 table 3, "pr"). */
export function isPresent(value: Json): boolean {
  return isObject(value) ? Object.values(value).some(isPresent) : value !== '' && value !== null;
}
