import { elementsOf, resolvedName } from '../attr-path.ts';
import { badRequest } from '../errors.ts';
import { type Draft, draft, equalJson, isObject, type Json, type JsonObject, textOf } from '../json.ts';
import { limits } from '../limits.ts';
import type { Target, ValueFilter } from '../path.ts';
import type { Reading } from '../reading.ts';
import { type Attribute, isAlwaysAssigned, type ResourceType } from '../schema.ts';
import { distinct, isBare } from '../values.ts';

/** The current elements of a multi-valued attribute. */
export const elementsOfDraft = (patched: Draft, attribute: Attribute): readonly Json[] =>
  elementsOf(patched[attribute.name]);

/** The elements that a path's filter selects, or all elements without a filter. Spends the work from the budget first. */
export function selectElements(
  elements: readonly Json[],
  filter: ValueFilter | undefined,
  { spend }: Reading,
): ReadonlySet<Json> {
  spend(((filter?.terms ?? 0) + 1) * (elements.length + textOf(elements) / 100));
  return new Set(elements.filter((element) => isObject(element) && (filter?.test(element) ?? true)));
}

/** A copy of a complex value with one sub-attribute set, or removed if the value is undefined. */
export function withSub(complex: JsonObject, sub: Attribute, value: Json | undefined): JsonObject {
  const copy = draft(complex);
  if (value === undefined) delete copy[sub.name];
  else copy[sub.name] = value;
  return copy;
}

/** Whether `current` already has this value. Of complex values, only the sub-attributes in `value` are compared. */
export function hasValue(current: Json | undefined, value: Json | undefined): boolean {
  if (!isObject(current) || !isObject(value)) return equalJson(current, value);
  return Object.entries(value).every(([name, sub]) => equalJson(current[name], sub));
}

/** Throws invalidValue for too many elements, before any work is done with them. */
export function checkCount({ name }: Attribute, elements: readonly Json[]): void {
  if (elements.length > limits.elements)
    throw badRequest('invalidValue', `"${name}" has more than ${limits.elements} elements.`);
}

/** Assigns the elements to the attribute, with at most one primary. Throws invalidValue for too much text. */
export function assignElements(patched: Draft, attribute: Attribute, elements: readonly Json[]): void {
  if (textOf(elements) > limits.stringLength) throw tooLong(attribute);
  const before = elementsOfDraft(patched, attribute);
  if (elements.length > 0) patched[attribute.name] = withOnePrimary(before, elements);
  else delete patched[attribute.name];
}

/** 400 invalidValue: the elements do not fit into their column of Table Storage. */
export const tooLong = ({ name }: Attribute): Error =>
  badRequest(
    'invalidValue',
    `"${name}" is too long: all its elements together may have at most ${limits.stringLength} characters of JSON.`,
  );

/** Removes duplicates, and elements with only qualifiers. Called after the last operation, because a later one may complete an element. */
export function tidyElements(type: ResourceType, patched: Draft): void {
  for (const attribute of type.writable.filter(({ multiValued }) => multiValued)) {
    const elements = elementsOfDraft(patched, attribute);
    const kept = distinct(
      attribute,
      elements.filter((element) => !isBare(attribute, element)),
    );
    if (kept.length < elements.length) assignElements(patched, attribute, kept);
  }
}

/** If the operation sets an element to primary, sets the others to not primary (RFC 7644 section 3.5.2). */
function withOnePrimary(before: readonly Json[], after: readonly Json[]): readonly Json[] {
  const untouched = new Set(before);
  const isPrimary = (element: Json): element is JsonObject => isObject(element) && element['primary'] === true;
  if (!after.some((element) => isPrimary(element) && !untouched.has(element))) return after;
  return after.map((element) =>
    isPrimary(element) && untouched.has(element) ? draft({ ...element, primary: false }) : element,
  );
}

/** Throws mutability if the client may not change the attribute to this value (RFC 7643 section 2.2, RFC 7644 section 3.5.2). */
export function checkMutability(resource: JsonObject, target: Target, value: Json): void {
  const { attribute, sub } = target;
  const mutability = attribute.mutability === 'readWrite' ? sub?.mutability : attribute.mutability;
  if (mutability !== 'readOnly' && mutability !== 'immutable') return;
  const current = currentValue(resource, target);
  if (mutability === 'immutable' && current === undefined) return;
  if (!hasValue(current, value))
    throw badRequest('mutability', `"${resolvedName(target)}" cannot be changed: it is ${mutability}.`);
}

/** Throws mutability if the target must not become unassigned (RFC 7644 section 3.5.2.2). */
export function checkRemovable(target: Target): void {
  const leaf = target.sub ?? target.attribute;
  const isFixed = [target.attribute, leaf].some(
    ({ mutability }) => mutability === 'readOnly' || mutability === 'immutable',
  );
  if (isFixed || isAlwaysAssigned(leaf)) throw badRequest('mutability', `"${resolvedName(target)}" cannot be removed.`);
}

function currentValue(resource: JsonObject, { attribute, sub }: Target): Json | undefined {
  const value = resource[attribute.name];
  if (!sub) return value;
  return isObject(value) ? value[sub.name] : undefined;
}
