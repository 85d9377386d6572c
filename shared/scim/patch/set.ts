import { resolvedName } from '../attr-path.ts';
import type { Tolerate } from '../entra.ts';
import { badRequest } from '../errors.ts';
import { type Draft, draft, isArray, isObject, type Json, type JsonObject, membersByName } from '../json.ts';
import type { Choice, Target } from '../path.ts';
import type { Attribute } from '../schema.ts';
import { readAttributeValue, readOneValue } from '../values.ts';
import { assignElements, checkCount, elementsOfDraft, refuseChange, withSub } from './elements.ts';

/** What an add or a replace sets its target to. */
export interface Setting {
  readonly op: 'add' | 'replace';
  readonly value: Json;
  readonly tolerate: Tolerate;
}

/** `add` and `replace` (RFC 7644 sections 3.5.2.1 and 3.5.2.3) of one target, with null and "" as unassigned (RFC 7643 section 2.5). */
export function setTarget(patched: Draft, target: Target, setting: Setting): void {
  const { attribute, sub, choose } = target;
  if (refuseChange(patched, target, setting.value)) return;
  if (!attribute.multiValued) setSingle(patched, target, setting);
  else if (sub) setSubOfElements(patched, attribute, sub, choose, setting);
  else if (choose) setChosenElements(patched, attribute, choose, setting);
  else setElements(patched, attribute, setting);
}

function setSingle(patched: Draft, { attribute, sub }: Target, { value, tolerate }: Setting): void {
  const current = patched[attribute.name];
  const complex = isObject(current) ? current : draft();
  if (sub) assign(patched, attribute, withSub(complex, sub, readAttributeValue(sub, value, tolerate)));
  else if (isObject(value) && attribute.type === 'complex')
    assign(patched, attribute, merge(attribute, complex, value, tolerate));
  else assign(patched, attribute, readAttributeValue(attribute, value, tolerate));
}

/** Replaces the sub-attributes that the value has and leaves the others (RFC 7644 section 3.5.2.3). */
function merge(attribute: Attribute, current: JsonObject, value: JsonObject, tolerate: Tolerate): JsonObject {
  let merged = current;
  for (const [name, one] of membersByName(value)) {
    const sub = attribute.sub(name);
    if (sub) merged = withSub(merged, sub, readAttributeValue(sub, one, tolerate));
    else if (!tolerate('unmappedIgnored'))
      throw badRequest('invalidPath', `${attribute.name} has no sub-attribute "${name.slice(0, 200)}" here.`);
  }
  return merged;
}

/** A complex value without sub-attributes is none; an empty object for any other attribute is left to validation, which refuses it. */
function assign(patched: Draft, { name, type }: Attribute, value: Json | undefined): void {
  const isEmpty = type === 'complex' && isObject(value) && Object.keys(value).length === 0;
  if (value === undefined || isEmpty) delete patched[name];
  else patched[name] = value;
}

/** Sets the whole attribute; what is there already is not added again. */
function setElements(patched: Draft, attribute: Attribute, { op, value, tolerate }: Setting): void {
  const given = isArray(value) ? value : [value];
  checkCount(attribute, given);
  const elements = given.map((one) => readOneValue(attribute, one, tolerate)).filter((one) => one !== undefined);
  const standing = op === 'add' ? elementsOfDraft(patched, attribute) : [];
  assignElements(patched, attribute, distinct(attribute, [...standing, ...elements]));
}

/** Elements that say the same are one, whatever the order of their sub-attributes. */
function distinct(attribute: Attribute, elements: readonly Json[]): readonly Json[] {
  const names = attribute.subAttributes.map(({ name }) => name);
  return [...new Map(elements.map((element) => [JSON.stringify(element, names), element])).values()];
}

function setSubOfElements(
  patched: Draft,
  attribute: Attribute,
  sub: Attribute,
  choose: Choice | undefined,
  { value, tolerate }: Setting,
): void {
  const subValue = readAttributeValue(sub, value, tolerate);
  const elements = elementsOfDraft(patched, attribute);
  const chosen = chosenOf(elements, choose);
  const changed = elements.map((element) =>
    isObject(element) && chosen.has(element) ? withSub(element, sub, subValue) : element,
  );
  const added = chosen.size === 0 ? [withSub(newElement(attribute, choose, tolerate), sub, subValue)] : [];
  assignElements(patched, attribute, [...changed, ...added]);
}

/** An add merges into the chosen elements, a replace puts the value in their place. */
function setChosenElements(patched: Draft, attribute: Attribute, choose: Choice, setting: Setting): void {
  const { op, value, tolerate } = setting;
  const isMerge = op === 'add' && isObject(value);
  const elements = elementsOfDraft(patched, attribute);
  const chosen = chosenOf(elements, choose);
  if (chosen.size === 0 && !isMerge) throw noTarget({ attribute });
  const change = (element: JsonObject): Json | undefined =>
    isMerge ? merge(attribute, element, value, tolerate) : readOneValue(attribute, value, tolerate);
  const changed = elements.map((element) => (isObject(element) && chosen.has(element) ? change(element) : element));
  const added = chosen.size === 0 ? [change(newElement(attribute, choose, tolerate))] : [];
  const kept = [...changed, ...added].filter((element) => element !== undefined);
  assignElements(patched, attribute, kept);
}

const chosenOf = (elements: readonly Json[], choose: Choice | undefined): ReadonlySet<Json> =>
  new Set(elements.filter((element) => isObject(element) && (choose?.test(element) ?? true)));

/** No element was chosen: RFC 7644 has noTarget for this; Entra expects the element that its filter describes. */
function newElement(attribute: Attribute, choose: Choice | undefined, tolerate: Tolerate): JsonObject {
  if (!choose) return draft();
  if (choose.described && tolerate('filteredTargetIsCreated')) return choose.described;
  throw noTarget({ attribute });
}

export const noTarget = (target: Target): Error =>
  badRequest('noTarget', `The path of ${resolvedName(target)} chooses no element: its filter matches none.`);
