import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { copyJson, equalJson, isArray, isObject, type Json } from '../../../shared/scim/json.ts';
import { runs } from './runs.ts';

const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', ''),
  fc.string(),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5 },
    fc.string({ unit: 'grapheme' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('json')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
}));
/** Values as JSON.parse returns them. */
const parsed = json.map((value): unknown => JSON.parse(JSON.stringify(value)));

test('a copy of a JSON value is equal to it', () => {
  fc.assert(
    fc.property(parsed, (value) => {
      const copy = copyJson(value);
      expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
      expect(equalJson(copy, copyJson(value))).toBe(true);
    }),
    runs(1000),
  );
});

test('no object in a copy of a JSON value has a prototype, and Object.prototype is unchanged', () => {
  const before = Reflect.ownKeys(Object.prototype);
  fc.assert(
    fc.property(parsed, (value) => {
      expect(objectsIn(copyJson(value)).filter((object) => Object.getPrototypeOf(object) !== null)).toEqual([]);
    }),
    runs(1000),
  );
  expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
});

test('two JSON values are equal if and only if their texts with sorted keys are equal', () => {
  fc.assert(
    fc.property(parsed, parsed, (left, right) => {
      expect(equalJson(copyJson(left), copyJson(right))).toBe(sorted(left) === sorted(right));
    }),
    runs(1000),
  );
});

function objectsIn(value: Json): readonly object[] {
  if (isArray(value)) return value.flatMap(objectsIn);
  return isObject(value) ? [value, ...Object.values(value).flatMap(objectsIn)] : [];
}

function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted)}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}:${sorted(member)}`)
    .sort()}}`;
}
