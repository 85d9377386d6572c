import { isSchemaOf } from '../attr-path.ts';
import { schemas } from '../common-attributes.ts';
import { badRequest, quote } from '../errors.ts';
import { type Draft, draft, isObject, type Json, type JsonObject, membersByName } from '../json.ts';
import { limits } from '../limits.ts';
import { readTarget, type Target } from '../path.ts';
import type { Budget, Reading } from '../reading.ts';
import type { Attribute, ResourceType } from '../schema.ts';
import { tidyElements } from './elements.ts';
import { limitOperations, type Operation } from './operations.ts';
import { removeTarget } from './remove.ts';
import { type Setting, setTarget } from './set.ts';

/** The context of a PATCH. */
export interface PatchContext {
  readonly type: ResourceType;
  readonly reading: Reading;
  /** Validates the value of an attribute after an operation. Throws invalidValue. */
  readonly checkValue: (attribute: Attribute, value: Json) => void;
}

/** How much work one PATCH may cause. */
export const patchBudget: Budget = {
  steps: limits.patchSteps,
  beyond: () =>
    badRequest(
      'invalidValue',
      'This PATCH takes too much work: its operations compare too many elements or too much text. Send fewer operations in one request.',
    ),
};

/**
 * Applies the operations of a PATCH in order, and returns the new resource. The given resource is not modified, so a refused PATCH changes nothing
 * (RFC 7644 section 3.5.2). Each operation is validated, even if a later one overwrites its result.
 * Throws invalidSyntax, invalidPath, invalidFilter, invalidValue, noTarget or mutability.
 */
export function applyPatch(context: PatchContext, resource: JsonObject, operations: readonly Operation[]): JsonObject {
  limitOperations(operations);
  const patched = draft(resource);
  for (const operation of operations) applyOperation({ ...context, patched }, operation);
  tidyElements(context.type, patched);
  return patched;
}

/** The resource after the operations that have been applied so far. */
interface Progress extends PatchContext {
  readonly patched: Draft;
}

function applyOperation(progress: Progress, { op, path, value }: Operation): void {
  const { type, reading, patched } = progress;
  if (op !== 'add' && op !== 'replace' && op !== 'remove') {
    throw badRequest('invalidSyntax', `${quote(op)} is not a PATCH operation. Use add, replace or remove.`);
  }
  const target = path === undefined ? 'resource' : readTarget(type, path, reading);
  if (op === 'remove') {
    if (target === 'resource') throw badRequest('noTarget', 'A remove operation needs a path.');
    if (target) removeTarget(patched, target, { value, reading });
    return;
  }
  if (value === undefined) throw badRequest('invalidValue', `The ${op} operation needs a value.`);
  if (target === 'resource') setResource(progress, { op, value, reading });
  else if (target) set(progress, target, { op, value, reading });
}

/** Without a path, the value is an object of attributes (RFC 7644 sections 3.5.2.1 and 3.5.2.3). `schemas` in that object changes nothing. */
function setResource(progress: Progress, setting: Setting): void {
  if (!isObject(setting.value))
    throw badRequest('invalidValue', 'The value of an operation without a path must be an object of attributes.');
  for (const [name, value] of membersByName(setting.value)) {
    const attribute = progress.type.attribute(name);
    if (isSchemaOf(progress.type, name)) setResource(progress, { ...setting, value });
    else if (attribute && name !== schemas.name) set(progress, { attribute }, { ...setting, value });
    else if (!attribute) acceptUnmapped(name, setting.reading);
  }
}

function set({ patched, checkValue }: Progress, target: Target, setting: Setting): void {
  setTarget(patched, target, setting);
  const value = patched[target.attribute.name];
  if (value !== undefined) checkValue(target.attribute, value);
}

function acceptUnmapped(name: string, { accepts, tolerated }: Reading): void {
  if (!accepts.has('unmappedIgnored'))
    throw badRequest('invalidPath', `BookMe does not store the attribute ${quote(name)}.`);
  tolerated.add('unmappedIgnored');
}
