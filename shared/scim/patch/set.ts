import { badRequest, quote } from '../errors.ts';
import { type Draft, draft, isArray, isObject, type Json, type JsonObject, membersByName, textOf } from '../json.ts';
import type { Target, ValueFilter } from '../path.ts';
import type { Reading } from '../reading.ts';
import type { Attribute } from '../schema.ts';
import { distinct, readAttributeValue, readOneValue } from '../values.ts';
import { assignElements, checkCount, checkMutability, elementsOfDraft, selectElements, withSub } from './elements.ts';

/** An add or replace operation. */
export interface Setting {
  readonly op: 'add' | 'replace';
  readonly value: Json;
  readonly reading: Reading;
}

/**
 * `add` and `replace` (RFC 7644 sections 3.5.2.1 and 3.5.2.3). null and "" mean unassigned (RFC 7643 section 2.5). Throws invalidPath, invalidSyntax,
 * invalidValue, noTarget or mutability.
 */
export function setTarget(patched: Draft, target: Target, setting: Setting): void {
  const { attribute, sub, filter } = target;
  checkMutability(patched, target, setting.value);
  if (!attribute.multiValued) setSingle(patched, target, setting);
  else if (sub) setSubOfElements(patched, { ...target, sub }, setting);
  else if (filter) setSelectedElements(patched, { attribute, filter }, setting);
  else setElements(patched, attribute, setting);
}

function setSingle(patched: Draft, { attribute, sub }: Target, { value, reading }: Setting): void {
  const current = patched[attribute.name];
  const complex = isObject(current) ? current : draft();
  if (sub) assign(patched, attribute, withSub(complex, sub, readAttributeValue(sub, value, reading)));
  else if (isObject(value) && attribute.type === 'complex')
    assign(patched, attribute, merge(attribute, complex, { value, reading }));
  else assign(patched, attribute, readAttributeValue(attribute, value, reading));
}

/** A complex value whose sub-attributes are to be set. */
interface Merged {
  readonly value: JsonObject;
  readonly reading: Reading;
}

/** Replaces the sub-attributes that the value contains, and keeps the others (RFC 7644 section 3.5.2.3). */
function merge(attribute: Attribute, current: JsonObject, { value, reading }: Merged): JsonObject {
  let merged = current;
  for (const [name, member] of membersByName(value)) {
    const sub = attribute.sub(name);
    if (sub) merged = withSub(merged, sub, readAttributeValue(sub, member, reading));
    else if (!reading.accepts.has('unmappedIgnored'))
      throw badRequest('invalidPath', `BookMe does not store the sub-attribute ${quote(name)} of ${attribute.name}.`);
    else reading.tolerated.add('unmappedIgnored');
  }
  return merged;
}

/** Assigns a value. A complex value without sub-attributes is unassigned; validation refuses an empty object for any other attribute. */
function assign(patched: Draft, { name, type }: Attribute, value: Json | undefined): void {
  const isEmpty = type === 'complex' && isObject(value) && Object.keys(value).length === 0;
  if (value === undefined || isEmpty) delete patched[name];
  else patched[name] = value;
}

/** Replaces all elements, or adds those that are not there yet. */
function setElements(patched: Draft, attribute: Attribute, { op, value, reading }: Setting): void {
  const given = isArray(value) ? value : [value];
  checkCount(attribute, given);
  const elements = given
    .map((element) => readOneValue(attribute, element, reading))
    .filter((element) => element !== undefined);
  const existing = op === 'add' ? elementsOfDraft(patched, attribute) : [];
  const all = [...existing, ...elements];
  reading.spend(all.length + textOf(all) / 100);
  assignElements(patched, attribute, distinct(attribute, all));
}

function setSubOfElements(patched: Draft, target: Target & { readonly sub: Attribute }, setting: Setting): void {
  const { attribute, sub, filter } = target;
  const { value, reading } = setting;
  const subValue = readAttributeValue(sub, value, reading);
  const elements = elementsOfDraft(patched, attribute);
  const selected = selectElements(elements, filter, reading);
  const changed = elements.map((element) =>
    isObject(element) && selected.has(element) ? withSub(element, sub, subValue) : element,
  );
  const added = selected.size === 0 ? [withSub(newElement(attribute, filter, reading), sub, subValue)] : [];
  assignElements(patched, attribute, [...changed, ...added]);
}

/**
 * An add merges the value into the selected elements, and a replace replaces them. The sub-attributes in the filter keep their values unless the value
 * contains them: an element that `type eq "work"` selects keeps its type.
 */
function setSelectedElements(
  patched: Draft,
  target: Target & { readonly filter: ValueFilter },
  setting: Setting,
): void {
  const { attribute, filter } = target;
  const { op, value, reading } = setting;
  const isMerge = op === 'add' && isObject(value);
  const elements = elementsOfDraft(patched, attribute);
  const selected = selectElements(elements, filter, reading);
  if (selected.size === 0 && !isMerge) throw noTarget({ attribute });
  const change = (element: JsonObject): Json | undefined =>
    withCompared(
      filter,
      element,
      isMerge ? merge(attribute, element, { value, reading }) : readOneValue(attribute, value, reading),
    );
  const changed = elements.map((element) => (isObject(element) && selected.has(element) ? change(element) : element));
  const added = selected.size === 0 ? [change(newElement(attribute, filter, reading))] : [];
  const kept = [...changed, ...added].filter((element) => element !== undefined);
  assignElements(patched, attribute, kept);
}

function withCompared({ compared }: ValueFilter, before: JsonObject, after: Json | undefined): Json | undefined {
  if (!isObject(after)) return after;
  return compared.reduce(
    (element, sub) => (element[sub.name] === undefined ? withSub(element, sub, before[sub.name]) : element),
    after,
  );
}

/** The element to add if the filter selects none. RFC 7644 section 3.5.2.3 requires noTarget, but Entra expects the element of its filter. */
function newElement(
  attribute: Attribute,
  filter: ValueFilter | undefined,
  { accepts, tolerated }: Reading,
): JsonObject {
  if (!filter) return draft();
  if (!filter.described || !accepts.has('filteredTargetIsCreated')) throw noTarget({ attribute });
  tolerated.add('filteredTargetIsCreated');
  return filter.described;
}

/** 400 noTarget: a path's filter matches no element. */
export const noTarget = (target: Target): Error =>
  badRequest('noTarget', `The filter in the path matches no element of ${target.attribute.name}.`);
