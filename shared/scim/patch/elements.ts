import { elementsOf } from '../attribute-values.ts';
import { type Draft, draft, isObject, type Json, type JsonObject } from '../json.ts';
import { withoutBareQualifiers } from '../read-value.ts';
import type { Attribute } from '../schema.ts';

/** The elements of a multi-valued attribute as they stand now. */
export const elementsOfDraft = (patched: Draft, attribute: Attribute): readonly Json[] =>
  elementsOf(patched[attribute.name]);

/** A copy of a complex value with one sub-attribute set, or without it where the value is undefined. */
export function withSub(complex: JsonObject, sub: Attribute, value: Json | undefined): JsonObject {
  const copy = draft(complex);
  if (value === undefined) delete copy[sub.name];
  else copy[sub.name] = value;
  return copy;
}

/** Puts the elements in place: without those that have nothing left but qualifiers, and with one primary at most. */
export function assignElements(patched: Draft, attribute: Attribute, elements: readonly Json[]): void {
  const before = elementsOfDraft(patched, attribute);
  const kept = elements.filter((element) => !isObject(element) || withoutBareQualifiers(attribute, element));
  if (kept.length > 0) patched[attribute.name] = withOnePrimary(before, kept);
  else delete patched[attribute.name];
}

/** An element that this operation made primary takes that from the others (RFC 7644 section 3.5.2). */
function withOnePrimary(before: readonly Json[], after: readonly Json[]): readonly Json[] {
  const isPrimary = (element: Json): element is JsonObject => isObject(element) && element['primary'] === true;
  const isUntouched = (element: Json): boolean => before.includes(element);
  if (!after.some((element) => isPrimary(element) && !isUntouched(element))) return after;
  return after.map((element) =>
    isPrimary(element) && isUntouched(element) ? draft({ ...element, primary: false }) : element,
  );
}
