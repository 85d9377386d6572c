import { isSchemaOf } from '../attr-path.ts';
import { schemas } from '../common-attributes.ts';
import type { Tolerate } from '../entra.ts';
import { badRequest } from '../errors.ts';
import {
  type Draft,
  draft,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  membersByName,
  requireSchema,
} from '../json.ts';
import { limits } from '../limits.ts';
import { messages } from '../messages.ts';
import { readTarget } from '../path.ts';
import type { ResourceType } from '../schema.ts';
import { dropBareElements } from './elements.ts';
import { removeTarget } from './remove.ts';
import { type Setting, setTarget } from './set.ts';

/** One PATCH operation as the client wrote it (RFC 7644 section 3.5.2). `op` is not yet known to be one of the three. */
export interface Operation {
  readonly op: string;
  readonly path?: string;
  readonly value?: Json;
}

/** Reads the body of a PATCH into its operations, in order. Throws invalidSyntax or, for too many, invalidValue. */
export function readOperations(body: JsonObject, tolerate: Tolerate): readonly Operation[] {
  const members = membersByName(body);
  requireSchema(members, messages.patchOp);
  const operations = members.get('operations');
  if (!isArray(operations) || (operations.length === 0 && !tolerate('noOperations'))) {
    throw badRequest('invalidSyntax', 'The attribute "Operations" has to be an array of at least one operation.');
  }
  if (operations.length > limits.patchOperations) {
    throw badRequest(
      'invalidValue',
      `A PATCH may have ${limits.patchOperations} operations; send the rest in another one.`,
    );
  }
  return operations.map(readOperation);
}

function readOperation(operation: Json, index: number): Operation {
  const members = isObject(operation) ? membersByName(operation) : undefined;
  const op = members?.get('op');
  const path = members?.get('path') ?? undefined;
  const value = members?.get('value');
  if (typeof op !== 'string')
    throw badRequest('invalidSyntax', `Operation ${index + 1} needs an "op": add, replace or remove.`);
  if (path !== undefined && typeof path !== 'string')
    throw badRequest('invalidPath', `The path of operation ${index + 1} has to be a string.`);
  return { op, ...(path !== undefined && { path }), ...(value !== undefined && { value }) };
}

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
  const target = path === undefined ? 'resource' : readTarget(type, path, tolerate);
  if (op === 'remove') {
    if (target === 'resource')
      throw badRequest('noTarget', 'A remove operation needs a path that names what to remove.');
    if (target) removeTarget(patched, target, value, tolerate);
    return;
  }
  if (value === undefined) throw badRequest('invalidValue', `The ${op} operation needs a value.`);
  if (target === 'resource') setResource(type, patched, { op, value, tolerate });
  else if (target) setTarget(patched, target, { op, value, tolerate });
}

/** Without a path the value is an object of attributes (RFC 7644 sections 3.5.2.1 and 3.5.2.3); `schemas` says how to read it and changes nothing. */
function setResource(type: ResourceType, patched: Draft, setting: Setting): void {
  if (!isObject(setting.value))
    throw badRequest('invalidValue', 'An operation without a path needs a value that is an object of attributes.');
  for (const [name, value] of membersByName(setting.value)) {
    if (isSchemaOf(type, name)) setResource(type, patched, { ...setting, value });
    else if (name !== schemas.name) setAttribute(type, patched, name, { ...setting, value });
  }
}

function setAttribute(type: ResourceType, patched: Draft, name: string, setting: Setting): void {
  const attribute = type.attribute(name);
  if (attribute) setTarget(patched, { attribute }, setting);
  else if (!setting.tolerate('unmappedIgnored'))
    throw badRequest('invalidPath', `The attribute "${name.slice(0, 200)}" is not kept here.`);
}
