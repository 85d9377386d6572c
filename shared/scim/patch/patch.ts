import { isSchemaOf } from '../attr-path.ts';
import { schemas } from '../common-attributes.ts';
import { badRequest } from '../errors.ts';
import { type Draft, draft, isObject, type Json, type JsonObject } from '../json.ts';
import { membersOf } from '../members.ts';
import type { ResourceType } from '../schema.ts';
import type { Tolerate } from '../tolerance.ts';
import { dropBareElements } from './elements.ts';
import type { Operation } from './operation.ts';
import { removeTarget } from './remove.ts';
import { setTarget } from './set.ts';
import { readTarget } from './target.ts';

/**
 * Applies the operations of a PATCH in order to a whole resource and returns the new one; the given one is never touched, so that a refused
 * PATCH changes nothing (RFC 7644 section 3.5.2). What it returns has still to be validated.
 * Throws invalidSyntax, invalidPath, invalidFilter, invalidValue, noTarget or mutability.
 */
export function applyPatch(
  type: ResourceType,
  resource: JsonObject,
  operations: readonly Operation[],
  tolerate: Tolerate,
): JsonObject {
  const patched = draft(resource);
  for (const operation of operations) applyOperation(type, patched, operation, tolerate);
  dropBareElements(type, patched);
  return patched;
}

function applyOperation(type: ResourceType, patched: Draft, { op, path, value }: Operation, tolerate: Tolerate): void {
  if (op !== 'add' && op !== 'replace' && op !== 'remove') {
    throw badRequest('invalidSyntax', `"${op.slice(0, 40)}" is no PATCH operation: use add, replace or remove.`);
  }
  if (op !== 'remove' && value === undefined) throw badRequest('invalidValue', `The ${op} operation needs a value.`);
  const target = path === undefined ? 'resource' : readTarget(type, path, tolerate);
  if (target === undefined) return;
  if (target === 'resource') {
    if (op === 'remove') throw badRequest('noTarget', 'A remove operation needs a path that names what to remove.');
    applyToResource(type, patched, op, value, tolerate);
  } else if (op === 'remove') removeTarget(patched, target, value, tolerate);
  else setTarget(patched, target, op, value ?? null, tolerate);
}

/** Without a path the value is an object of attributes (RFC 7644 sections 3.5.2.1 and 3.5.2.3); `schemas` says how to read it and changes nothing. */
function applyToResource(
  type: ResourceType,
  patched: Draft,
  op: 'add' | 'replace',
  value: Json | undefined,
  tolerate: Tolerate,
): void {
  if (!isObject(value))
    throw badRequest(
      'invalidValue',
      `The ${op} operation has no path, so its value has to be an object of attributes.`,
    );
  for (const [name, one] of membersOf(value)) {
    if (isSchemaOf(type, name)) applyToResource(type, patched, op, one, tolerate);
    else if (name !== schemas.name) applyToAttribute(type, patched, op, name, one, tolerate);
  }
}

function applyToAttribute(
  type: ResourceType,
  patched: Draft,
  op: 'add' | 'replace',
  name: string,
  value: Json,
  tolerate: Tolerate,
): void {
  const attribute = type.attribute(name);
  if (attribute) setTarget(patched, { attribute }, op, value, tolerate);
  else if (!tolerate('unmappedIgnored'))
    throw badRequest('invalidPath', `The attribute "${name.slice(0, 200)}" is not kept here.`);
}
