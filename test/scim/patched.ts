import { draft, type JsonObject } from '../../shared/scim/json.ts';
import type { Operation } from '../../shared/scim/patch/operations.ts';
import { applyPatch } from '../../shared/scim/patch/patch.ts';
import type { Reading } from '../../shared/scim/reading.ts';
import type { ResourceType } from '../../shared/scim/schema.ts';
import { validator } from '../../shared/scim/validation.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { tolerantReading } from './readings.ts';

/** The resource after the operations, as a plain object. Undefined members stay, so that toStrictEqual finds them. */
export function patched(
  resource: JsonObject,
  operations: readonly Operation[],
  { reading = tolerantReading(), type = advisors.resourceType }: { reading?: Reading; type?: ResourceType } = {},
): JsonObject {
  const context = { type, reading, checkValue: validator(type).value };
  return structuredClone(applyPatch(context, draft(resource), operations));
}
