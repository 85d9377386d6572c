import { nameOf } from '../attr-path.ts';
import { badRequest } from '../errors.ts';
import { type Draft, draft, equalJson, isArray, isObject, type Json, type JsonObject } from '../json.ts';
import { membersOf } from '../members.ts';
import { readSingle, readValue } from '../read-value.ts';
import type { Attribute } from '../schema.ts';
import type { Tolerate } from '../tolerance.ts';
import { assignElements, elementsOfDraft, withSub } from './elements.ts';
import { refuseChange } from './mutability.ts';
import type { Choice, Target } from './target.ts';

/** `add` and `replace` (RFC 7644 sections 3.5.2.1 and 3.5.2.3) of one target, with null and "" as unassigned (RFC 7643 section 2.5). */
export function setTarget(
  patched: Draft,
  target: Target,
  op: 'add' | 'replace',
  value: Json,
  tolerate: Tolerate,
): void {
  const { attribute, sub, choose } = target;
  if (refuseChange(patched, target, value)) return;
  if (!attribute.multiValued) setSingle(patched, target, value, tolerate);
  else if (sub) setSubOfElements(patched, attribute, sub, choose, value, tolerate);
  else if (choose) setChosenElements(patched, attribute, choose, op, value, tolerate);
  else setElements(patched, attribute, op, value, tolerate);
}

function setSingle(patched: Draft, { attribute, sub }: Target, value: Json, tolerate: Tolerate): void {
  const current = patched[attribute.name];
  const complex = isObject(current) ? current : draft();
  if (sub) assign(patched, attribute.name, withSub(complex, sub, readValue(sub, value, tolerate)));
  else if (isObject(value) && attribute.type === 'complex')
    assign(patched, attribute.name, merge(attribute, complex, value, tolerate));
  else assign(patched, attribute.name, readValue(attribute, value, tolerate));
}

/** Replaces the sub-attributes that the value has and leaves the others (RFC 7644 section 3.5.2.3). */
function merge(attribute: Attribute, current: JsonObject, value: JsonObject, tolerate: Tolerate): JsonObject {
  let merged = current;
  for (const [name, one] of membersOf(value)) {
    const sub = attribute.sub(name);
    if (sub) merged = withSub(merged, sub, readValue(sub, one, tolerate));
    else if (!tolerate('unmappedIgnored'))
      throw badRequest('invalidPath', `${attribute.name} has no sub-attribute "${name.slice(0, 200)}" here.`);
  }
  return merged;
}

function assign(patched: Draft, name: string, value: Json | undefined): void {
  if (value === undefined || (isObject(value) && Object.keys(value).length === 0)) delete patched[name];
  else patched[name] = value;
}

function setElements(
  patched: Draft,
  attribute: Attribute,
  op: 'add' | 'replace',
  value: Json,
  tolerate: Tolerate,
): void {
  const elements = op === 'add' ? [...elementsOfDraft(patched, attribute)] : [];
  for (const one of isArray(value) ? value : [value]) {
    const element = readSingle(attribute, one, tolerate);
    const isNew = element !== undefined && !elements.some((existing) => equalJson(existing, element));
    if (isNew) elements.push(element);
  }
  assignElements(patched, attribute, elements);
}

function setSubOfElements(
  patched: Draft,
  attribute: Attribute,
  sub: Attribute,
  choose: Choice | undefined,
  raw: Json,
  tolerate: Tolerate,
): void {
  const value = readValue(sub, raw, tolerate);
  const elements = elementsOfDraft(patched, attribute);
  const isChosen = (element: Json): element is JsonObject => isObject(element) && (choose?.test(element) ?? true);
  if (elements.some(isChosen)) {
    assignElements(
      patched,
      attribute,
      elements.map((element) => (isChosen(element) ? withSub(element, sub, value) : element)),
    );
  } else
    createElement(
      patched,
      { attribute, sub, ...(choose && { choose }) },
      value === undefined ? {} : { [sub.name]: value },
      tolerate,
    );
}

function setChosenElements(
  patched: Draft,
  attribute: Attribute,
  choose: Choice,
  op: 'add' | 'replace',
  value: Json,
  tolerate: Tolerate,
): void {
  const elements = elementsOfDraft(patched, attribute);
  const isChosen = (element: Json): element is JsonObject => isObject(element) && choose.test(element);
  if (!elements.some(isChosen)) {
    const created = op === 'add' && isObject(value) ? merge(attribute, draft(), value, tolerate) : undefined;
    if (!created) throw noTarget({ attribute, choose });
    createElement(patched, { attribute, choose }, created, tolerate);
    return;
  }
  const change = (element: JsonObject): Json | undefined =>
    op === 'add' && isObject(value)
      ? merge(attribute, element, value, tolerate)
      : readSingle(attribute, value, tolerate);
  const changed = elements
    .map((element) => (isChosen(element) ? change(element) : element))
    .filter((element) => element !== undefined);
  assignElements(patched, attribute, changed);
}

/** No element was chosen: RFC 7644 has noTarget for this; Entra expects the element that its filter describes. */
function createElement(patched: Draft, target: Target, value: JsonObject, tolerate: Tolerate): void {
  const { attribute, choose } = target;
  if (choose && !(choose.described && tolerate('filteredTargetIsCreated'))) throw noTarget(target);
  const element = draft({ ...choose?.described, ...value });
  assignElements(patched, attribute, [...elementsOfDraft(patched, attribute), element]);
}

export const noTarget = (target: Target): Error =>
  badRequest('noTarget', `The path of ${nameOf(target)} chooses no element: its filter matches none.`);
