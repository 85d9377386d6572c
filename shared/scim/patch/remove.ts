import { elementsOf } from '../attr-path.ts';
import { type Draft, isObject, type Json } from '../json.ts';
import type { Target } from '../path.ts';
import type { Reading } from '../reading.ts';
import type { Attribute } from '../schema.ts';
import { readOneValue } from '../values.ts';
import {
  assignElements,
  checkCount,
  checkRemovable,
  elementsOfDraft,
  hasValue,
  selectElements,
  withSub,
} from './elements.ts';
import { noTarget } from './set.ts';

/** A remove operation. RFC 7644 defines no value for it, but Entra sends one. */
interface Removal {
  readonly value: Json | undefined;
  readonly reading: Reading;
}

/** `remove` (RFC 7644 section 3.5.2.2). Throws mutability if the target cannot be removed, and noTarget if a filter matches nothing. */
export function removeTarget(patched: Draft, target: Target, removal: Removal): void {
  const { attribute, sub } = target;
  checkRemovable(target);
  if (attribute.multiValued) removeFromElements(patched, target, removal);
  else if (sub) removeSub(patched, attribute, sub);
  else delete patched[attribute.name];
}

function removeSub(patched: Draft, attribute: Attribute, sub: Attribute): void {
  const current = patched[attribute.name];
  if (!isObject(current)) return;
  const rest = withSub(current, sub, undefined);
  if (Object.keys(rest).length > 0) patched[attribute.name] = rest;
  else delete patched[attribute.name];
}

function removeFromElements(patched: Draft, target: Target, removal: Removal): void {
  const { attribute, sub, filter } = target;
  const elements = elementsOfDraft(patched, attribute);
  const selected = filter
    ? selectElements(elements, filter, removal.reading)
    : namedElements(attribute, elements, removal);
  if (filter && selected.size === 0) tolerateNoMatch(target, removal.reading);
  const rest = elements.flatMap((element) => {
    if (!selected.has(element)) return [element];
    return sub && isObject(element) ? [withSub(element, sub, undefined)] : [];
  });
  assignElements(patched, attribute, rest);
}

function tolerateNoMatch(target: Target, { accepts, tolerated }: Reading): void {
  if (!accepts.has('removalOfNothing')) throw noTarget(target);
  tolerated.add('removalOfNothing');
}

/** The elements that the value names, as Entra sends it; without a value, all elements. */
function namedElements(
  attribute: Attribute,
  elements: readonly Json[],
  { value, reading }: Removal,
): ReadonlySet<Json> {
  if (value === undefined || value === null || !reading.accepts.has('removalByValue')) return new Set(elements);
  reading.tolerated.add('removalByValue');
  checkCount(attribute, elementsOf(value));
  reading.spend(elementsOf(value).length * elements.length);
  const named = elementsOf(value).map((element) => readOneValue(attribute, element, reading));
  return new Set(elements.filter((element) => named.some((wanted) => hasValue(element, wanted))));
}
