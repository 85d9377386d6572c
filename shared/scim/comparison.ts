import { instant, order, type SortKey, sortKey } from './compare.ts';
import type { Comparison, CompValue } from './filter.ts';
import type { Attribute } from './schema.ts';

type Key = Exclude<SortKey, undefined>;
export type KeyTest = (key: Key) => boolean;

/** A comparison that an attribute's type does not allow. The message is a reason without a subject's end: "active is a boolean …". */
export class ComparisonError extends Error {
  override readonly name = 'ComparisonError';
}

/**
 * The test that an operator and a value make of an attribute's sort keys (RFC 7644 table 3).
 * Throws ComparisonError where the attribute's type knows no such comparison.
 */
export function comparison(attribute: Attribute, operator: Comparison, value: Exclude<CompValue, null>): KeyTest {
  switch (attribute.type) {
    case 'boolean':
      return booleanTest(attribute, operator, value);
    case 'integer':
    case 'decimal':
      return numberTest(attribute, operator, value);
    case 'dateTime':
      return isTextOperator(operator) ? textTest(attribute, operator, value) : dateTest(attribute, operator, value);
    default:
      return textTest(attribute, operator, value);
  }
}

/** Entra writes booleans as text in any case; RFC 7644 refuses to order them. */
function booleanTest({ name }: Attribute, operator: Comparison, value: Exclude<CompValue, null>): KeyTest {
  if (operator !== 'eq' && operator !== 'ne')
    throw new ComparisonError(`${name} is a boolean and compares with eq and ne only`);
  const literal = String(value).toLowerCase();
  if (typeof value === 'number' || (literal !== 'true' && literal !== 'false')) {
    throw new ComparisonError(`${name} compares with true or false`);
  }
  return ordered(operator, literal === 'true');
}

function numberTest({ name }: Attribute, operator: Comparison, value: Exclude<CompValue, null>): KeyTest {
  if (typeof value !== 'number' || isTextOperator(operator)) throw new ComparisonError(`${name} is a number`);
  return ordered(operator, value);
}

function dateTest({ name }: Attribute, operator: Comparison, value: Exclude<CompValue, null>): KeyTest {
  const time = typeof value === 'string' ? instant(value) : undefined;
  if (time === undefined) throw new ComparisonError(`${name} compares with a date such as "2026-01-31T12:00:00Z"`);
  return ordered(operator, time);
}

function textTest(attribute: Attribute, operator: Comparison, value: Exclude<CompValue, null>): KeyTest {
  if (typeof value !== 'string')
    throw new ComparisonError(`${attribute.name} compares with text, which stands in double quotes`);
  const isDate = attribute.type === 'dateTime';
  const wanted = String(sortKey({ ...attribute, type: 'string' }, value));
  const text = isDate ? (key: Key) => new Date(Number(key)).toISOString().toLowerCase() : String;
  if (operator === 'co') return (key) => text(key).includes(wanted);
  if (operator === 'sw') return (key) => text(key).startsWith(wanted);
  return operator === 'ew' ? (key) => text(key).endsWith(wanted) : ordered(operator, wanted);
}

function ordered(operator: Comparison, wanted: Key): KeyTest {
  switch (operator) {
    case 'ne':
      return (key) => key !== wanted;
    case 'gt':
      return (key) => order(key, wanted) > 0;
    case 'ge':
      return (key) => order(key, wanted) >= 0;
    case 'lt':
      return (key) => order(key, wanted) < 0;
    case 'le':
      return (key) => order(key, wanted) <= 0;
    default:
      return (key) => key === wanted;
  }
}

const isTextOperator = (operator: Comparison): boolean => operator === 'co' || operator === 'sw' || operator === 'ew';
