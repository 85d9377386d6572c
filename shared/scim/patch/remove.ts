import { elementsOf } from '../attr-path.ts';
import type { Tolerate } from '../entra.ts';
import { type Draft, isObject, type Json } from '../json.ts';
import type { Target } from '../path.ts';
import type { Attribute } from '../schema.ts';
import { readOneValue } from '../values.ts';
import { assignElements, checkCount, elementsOfDraft, holds, refuseRemoval, withSub } from './elements.ts';
import { noTarget } from './set.ts';

/** `remove` (RFC 7644 section 3.5.2.2). Throws mutability for what has to stay, noTarget for a filter that matches nothing. */
export function removeTarget(patched: Draft, target: Target, value: Json | undefined, tolerate: Tolerate): void {
  const { attribute, sub } = target;
  refuseRemoval(target);
  if (attribute.multiValued) removeFromElements(patched, target, value, tolerate);
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

function removeFromElements(patched: Draft, target: Target, value: Json | undefined, tolerate: Tolerate): void {
  const { attribute, sub, choose } = target;
  const elements = elementsOfDraft(patched, attribute);
  const isChosen = choose
    ? (element: Json) => isObject(element) && choose.test(element)
    : namedBy(attribute, value, tolerate);
  if (choose && !elements.some(isChosen) && !(sub && tolerate('removalOfNothing'))) throw noTarget(target);
  const rest = elements.flatMap((element) => {
    if (!isChosen(element)) return [element];
    return sub && isObject(element) ? [withSub(element, sub, undefined)] : [];
  });
  assignElements(patched, attribute, rest);
}

/** RFC 7644 knows no value in a remove; Entra names by it the elements that are to go. Without one, all go. */
function namedBy(attribute: Attribute, value: Json | undefined, tolerate: Tolerate): (element: Json) => boolean {
  if (value === undefined || value === null || !tolerate('removalByValue')) return () => true;
  checkCount(attribute, elementsOf(value));
  const named = elementsOf(value).map((one) => readOneValue(attribute, one, tolerate));
  return (element) => named.some((one) => one !== undefined && holds(element, one));
}
