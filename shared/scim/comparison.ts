import type { CompareOp, CompValue } from './filter.ts';
import type { Json } from './json.ts';
import type { Reading } from './reading.ts';
import type { Attribute } from './schema.ts';

/**
 * Folds the case of a text (RFC 7644 section 5). Two values of an attribute that is not caseExact are equal if their folds are equal, in filters and
 * for uniqueness. The rules are those of no single language, and every text has a fold. A final sigma is folded like any other, so that "sw" and "co"
 * find it within a word.
 */
export const fold = (text: string): string =>
  isAscii(text) ? text.toLowerCase() : text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ').normalize('NFC');

const isAscii = (text: string): boolean => !/[^\x20-\x7e]/.test(text);

/** The key by which a value is ordered; undefined if the value cannot be ordered. */
export type SortKey = string | number | boolean | undefined;

type Key = Exclude<SortKey, undefined>;

/** The sort key of a value: the time of a date, and the fold of a text that is not caseExact (RFC 7644 section 3.4.2.2). */
export function sortKey(attribute: Attribute, value: Json | undefined, foldText = fold): SortKey {
  if (typeof value === 'string')
    return attribute.type === 'dateTime' ? parseDateTime(value) : comparableText(attribute, value, foldText);
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

/** The form in which a text of the attribute is compared: its fold, unless the attribute is caseExact (RFC 7643 section 2.2). */
export const comparableText = ({ caseExact }: Attribute, value: string, foldText = fold): string =>
  caseExact ? value : foldText(value);

/** An xsd:dateTime. The second group is its time zone. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/i;

/** The time of an xsd:dateTime (RFC 7643 section 2.3.5) in milliseconds since 1970; undefined if the text is not an xsd:dateTime. */
export function parseDateTime(text: string): number | undefined {
  const found = DATE_TIME.exec(text);
  if (!found) return undefined;
  const time = Date.parse(found[2] === undefined ? `${text}Z` : text);
  return Number.isNaN(time) || !isDayOfMonth(text.slice(0, 10)) ? undefined : time;
}

/** Whether a date such as 2026-02-30 exists. Date.parse reads it as March 2. */
const isDayOfMonth = (date: string): boolean => new Date(date).toISOString().startsWith(date);

/** Compares two keys of one attribute: negative if `left` comes first, positive if `right` does. */
export const compare = (left: Key, right: Key): number => (left < right ? -1 : Number(left > right));

type Value = Exclude<CompValue, null>;

/** An operator and the value that it compares with. */
interface Compared {
  readonly operator: CompareOp;
  readonly value: Value;
}

/** Whether a sort key satisfies a comparison. */
export type KeyTest = (key: Key) => boolean;

/** The attribute's type does not allow the comparison. The message is a clause for a sentence: "active must be compared with …". */
export class ComparisonError extends Error {
  override readonly name = 'ComparisonError';
}

/**
 * Makes the test of an attribute's sort keys from an operator and a value (RFC 7644 table 3). Throws ComparisonError if the attribute's type does not
 * allow the comparison.
 */
export function keyTest(attribute: Attribute, compared: Compared, reading: Reading): KeyTest {
  const { operator, value } = compared;
  switch (attribute.type) {
    case 'boolean':
      return booleanTest(attribute, compared, reading);
    case 'integer':
    case 'decimal':
      return numberTest(attribute, operator, value);
    case 'dateTime':
      return isTextOperator(operator) ? textTest(attribute, operator, value) : dateTest(attribute, operator, value);
    default:
      return textTest(attribute, operator, value);
  }
}

/** RFC 7644 section 3.4.2.2 does not allow booleans to be ordered. The texts "true" and "false" are accepted as the tolerance booleansAsText. */
function booleanTest({ name }: Attribute, { operator, value }: Compared, { accepts, tolerated }: Reading): KeyTest {
  if (operator !== 'eq' && operator !== 'ne')
    throw new ComparisonError(`${name} is a boolean, which can be compared only with eq and ne`);
  const literal = typeof value === 'string' && accepts.has('booleansAsText') ? parseBoolean(value) : value;
  if (typeof literal !== 'boolean') throw new ComparisonError(`${name} must be compared with true or false`);
  if (typeof value === 'string') tolerated.add('booleansAsText');
  return orderTest(operator, literal);
}

/** The boolean that a text is, in upper or lower case; undefined for any other text. */
export function parseBoolean(text: string): boolean | undefined {
  const literal = text.toLowerCase();
  return literal === 'true' || literal === 'false' ? literal === 'true' : undefined;
}

function numberTest({ name }: Attribute, operator: CompareOp, value: Value): KeyTest {
  if (typeof value !== 'number' || isTextOperator(operator))
    throw new ComparisonError(`${name} must be compared with a number, using eq, ne, gt, ge, lt or le`);
  return orderTest(operator, value);
}

function dateTest({ name }: Attribute, operator: CompareOp, value: Value): KeyTest {
  const time = typeof value === 'string' ? parseDateTime(value) : undefined;
  if (time === undefined)
    throw new ComparisonError(`${name} must be compared with a date such as "2026-01-31T12:00:00Z"`);
  return orderTest(operator, time);
}

function textTest(attribute: Attribute, operator: CompareOp, value: Value): KeyTest {
  if (typeof value !== 'string')
    throw new ComparisonError(`${attribute.name} must be compared with text in double quotes`);
  const isDate = attribute.type === 'dateTime';
  const wanted = comparableText(attribute, value);
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
      return (key) => compare(key, wanted) > 0;
    case 'ge':
      return (key) => compare(key, wanted) >= 0;
    case 'lt':
      return (key) => compare(key, wanted) < 0;
    case 'le':
      return (key) => compare(key, wanted) <= 0;
    default:
      return (key) => key === wanted;
  }
}

const isTextOperator = (operator: CompareOp): boolean => operator === 'co' || operator === 'sw' || operator === 'ew';
