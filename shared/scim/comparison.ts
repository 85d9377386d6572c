import type { CompareOp, CompValue } from './filter.ts';
import type { Json } from './json.ts';
import type { Attribute } from './schema.ts';

/**
 * Folds text of an attribute that is not caseExact: two values are the same where their folds are. The unique row, the point read and the
 * filter all use this one function (RFC 7644 section 5 maps case before comparing; no language's rules, nothing refused). The sigma that ends
 * a word is an ordinary one: else "sw" and "co" would miss the middle of a word.
 */
export const fold = (text: string): string =>
  isAscii(text) ? text.toLowerCase() : text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ').normalize('NFC');

/** Most text is, and then lower case is all there is to do. */
const isAscii = (text: string): boolean => !/[^\x20-\x7e]/.test(text);

/** What two values of an attribute are ordered by. Undefined where a value has no place in the order. */
export type SortKey = string | number | boolean | undefined;

/** Text by its fold unless the attribute is caseExact, dates by their instant (RFC 7644 section 3.4.2.2). */
export function sortKey(attribute: Attribute, value: Json | undefined): SortKey {
  if (typeof value === 'string') {
    if (attribute.type === 'dateTime') return instant(value);
    return attribute.caseExact ? value : fold(value);
  }
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

/** Milliseconds since 1970 of an xsd:dateTime (RFC 7643 section 2.3.5); undefined where the text is none. */
export function instant(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/i.test(text)) return undefined;
  const time = Date.parse(/(Z|[+-]\d\d:\d\d)$/i.test(text) ? text : `${text}Z`);
  return Number.isNaN(time) || !isDayOfMonth(text.slice(0, 10)) ? undefined : time;
}

/** Date.parse takes February 30 for March 2. */
const isDayOfMonth = (date: string): boolean => new Date(date).toISOString().startsWith(date);

/** Below 0 where `left` comes first, above 0 where `right` does. Keys of different types do not meet. */
export function order(left: Exclude<SortKey, undefined>, right: Exclude<SortKey, undefined>): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

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
export function keyTest(attribute: Attribute, operator: CompareOp, value: Exclude<CompValue, null>): KeyTest {
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
function booleanTest({ name }: Attribute, operator: CompareOp, value: Exclude<CompValue, null>): KeyTest {
  if (operator !== 'eq' && operator !== 'ne')
    throw new ComparisonError(`${name} is a boolean and compares with eq and ne only`);
  const literal = String(value).toLowerCase();
  if (typeof value === 'number' || (literal !== 'true' && literal !== 'false')) {
    throw new ComparisonError(`${name} compares with true or false`);
  }
  return orderTest(operator, literal === 'true');
}

function numberTest({ name }: Attribute, operator: CompareOp, value: Exclude<CompValue, null>): KeyTest {
  if (typeof value !== 'number' || isTextOperator(operator)) throw new ComparisonError(`${name} is a number`);
  return orderTest(operator, value);
}

function dateTest({ name }: Attribute, operator: CompareOp, value: Exclude<CompValue, null>): KeyTest {
  const time = typeof value === 'string' ? instant(value) : undefined;
  if (time === undefined) throw new ComparisonError(`${name} compares with a date such as "2026-01-31T12:00:00Z"`);
  return orderTest(operator, time);
}

function textTest(attribute: Attribute, operator: CompareOp, value: Exclude<CompValue, null>): KeyTest {
  if (typeof value !== 'string')
    throw new ComparisonError(`${attribute.name} compares with text, which stands in double quotes`);
  const isDate = attribute.type === 'dateTime';
  const wanted = String(sortKey({ ...attribute, type: 'string' }, value));
  const text = isDate ? (key: Key) => new Date(Number(key)).toISOString().toLowerCase() : String;
  if (operator === 'co') return (key) => text(key).includes(wanted);
  if (operator === 'sw') return (key) => text(key).startsWith(wanted);
  return operator === 'ew' ? (key) => text(key).endsWith(wanted) : orderTest(operator, wanted);
}

function orderTest(operator: CompareOp, wanted: Key): KeyTest {
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

const isTextOperator = (operator: CompareOp): boolean => operator === 'co' || operator === 'sw' || operator === 'ew';
