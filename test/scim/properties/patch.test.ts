import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { undoHabits } from '../../../shared/scim/entra.ts';
import { ScimError } from '../../../shared/scim/errors.ts';
import { equalJson, type JsonObject } from '../../../shared/scim/json.ts';
import type { Operation } from '../../../shared/scim/patch/operations.ts';
import { applyPatch } from '../../../shared/scim/patch/patch.ts';
import type { Reading } from '../../../shared/scim/reading.ts';
import { writablePart } from '../../../shared/scim/resource.ts';
import { validator } from '../../../shared/scim/validation.ts';
import { readResource } from '../../../shared/scim/values.ts';
import { advisors } from '../../../shared/services/advisors.ts';
import { strictReading, tolerantReading } from '../readings.ts';
import { wholeAdvisor } from './arbitrary-advisors.ts';
import { operation, operationsWithoutEffect } from './arbitrary-operations.ts';
import { runs } from './runs.ts';

const type = advisors.resourceType;
const validate = validator(type);

/** A resource after a PATCH, made by the same steps as in operations/resource.ts; undefined if the PATCH is refused with 400. */
function patched(resource: JsonObject, operations: readonly Operation[], reading: Reading): JsonObject | undefined {
  try {
    const undone = undoHabits(type, operations, reading);
    const after = writablePart(type, applyPatch({ type, reading, checkValue: validate.value }, resource, undone));
    validate.resource(after, resource);
    return after;
  } catch (error) {
    if (error instanceof ScimError && error.status === 400) return undefined;
    throw error;
  }
}

describe.each([
  ['with every tolerance', tolerantReading],
  ['without tolerances', strictReading],
])('a PATCH that is read %s', (_how, newReading) => {
  test('is refused or makes a valid resource in its stored form, and does not modify the given resource', () => {
    let accepted = 0;
    fc.assert(
      fc.property(wholeAdvisor, fc.array(operation, { minLength: 1, maxLength: 3 }), (resource, operations) => {
        const before = JSON.stringify([resource, operations]);
        const after = patched(resource, operations, newReading());
        expect(JSON.stringify([resource, operations])).toBe(before);
        if (!after) return;
        accepted += 1;
        expect(equalJson(readResource(type, after, { reading: strictReading() }), after)).toBe(true);
        expect(Object.keys(after).every((name) => type.writable.some((attribute) => attribute.name === name))).toBe(
          true,
        );
      }),
      runs(4000),
    );
    expect(accepted).toBeGreaterThan(500);
  });

  test('changes nothing if it sets the current values', () => {
    fc.assert(
      fc.property(wholeAdvisor, (resource) => {
        const written = writablePart(type, resource);
        for (const one of operationsWithoutEffect(written)) {
          expect({ one, after: patched(resource, [one], newReading()) }).toEqual({ one, after: written });
        }
      }),
      runs(300),
    );
  });
});
