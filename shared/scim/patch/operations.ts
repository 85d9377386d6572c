import { badRequest } from '../errors.ts';
import { isArray, isObject, type Json, type JsonObject, membersByName } from '../json.ts';
import { limits } from '../limits.ts';
import { messages, requireSchema } from '../messages.ts';
import type { Reading } from '../reading.ts';

/** One PATCH operation as the client wrote it (RFC 7644 section 3.5.2). `op` may be any text at this point. */
export interface Operation {
  readonly op: string;
  readonly path?: string;
  readonly value?: Json;
}

/** Reads the operations from the body of a PATCH, in order. Throws invalidSyntax, invalidPath, or invalidValue for too many operations. */
export function readOperations(body: JsonObject, { accepts, tolerated }: Reading): readonly Operation[] {
  const members = membersByName(body);
  requireSchema(members, messages.patchOp);
  const operations = members.get('operations');
  if (!isArray(operations) || (operations.length === 0 && !accepts.has('noOperations'))) {
    throw badRequest('invalidSyntax', 'The attribute "Operations" must be an array of at least one operation.');
  }
  if (operations.length === 0) tolerated.add('noOperations');
  limitOperations(operations);
  return operations.map(readOperation);
}

/** Throws invalidValue for too many operations. Also called after an operation is split into several. */
export function limitOperations(operations: readonly unknown[]): void {
  if (operations.length > limits.patchOperations)
    throw badRequest(
      'invalidValue',
      `A PATCH may have at most ${limits.patchOperations} operations. Send the rest in another PATCH.`,
    );
}

function readOperation(operation: Json, index: number): Operation {
  const members = isObject(operation) ? membersByName(operation) : undefined;
  const op = members?.get('op');
  const path = members?.get('path') ?? undefined;
  const value = members?.get('value');
  if (typeof op !== 'string')
    throw badRequest('invalidSyntax', `Operation ${index + 1} needs an "op": add, replace or remove.`);
  if (path !== undefined && typeof path !== 'string')
    throw badRequest('invalidPath', `The path of operation ${index + 1} must be a string.`);
  return { op, ...(path !== undefined && { path }), ...(value !== undefined && { value }) };
}
