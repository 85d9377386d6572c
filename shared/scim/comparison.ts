import type { CompareOp, CompValue } from './filter.ts';
import type { Json } from './json.ts';
import type { Reading } from './reading.ts';
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

type Key = Exclude<SortKey, undefined>;

/** Text by its fold unless the attribute is caseExact, dates by their instant (RFC 7644 section 3.4.2.2). */
export function sortKey(attribute: Attribute, value: Json | undefined, foldText = fold): SortKey {
  if (typeof value === 'string')
    return attribute.type === 'dateTime' ? instant(value) : uniqueText(attribute, value, foldText);
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

/** What a text of the attribute is compared by: two values are the same where these are (RFC 7643 section 2.2, caseExact). */
export const uniqueText = ({ caseExact }: Attribute, value: string, foldText = fold): string =>
  caseExact ? value : foldText(value);

/** An xsd:dateTime; its zone is the second group. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/i;

/** Milliseconds since 1970 of an xsd:dateTime (RFC 7643 section 2.3.5); undefined where the text is none. */
export function instant(text: string): number | undefined {
  const found = DATE_TIME.exec(text);
  if (!found) return undefined;
  const time = Date.parse(found[2] === undefined ? `${text}Z` : text);
  return Number.isNaN(time) || !isDayOfMonth(text.slice(0, 10)) ? undefined : time;
}

/** Date.parse takes February 30 for March 2. */
const isDayOfMonth = (date: string): boolean => new Date(date).toISOString().startsWith(date);

/** Below 0 where `left` comes first, above 0 where `right` does. Keys of different types do not meet. */
export const order = (left: Key, right: Key): number => Number(left > right) - Number(left < right);

type Value = Exclude<CompValue, null>;

/** An operator and the value that it compares with. */
interface Compared {
  readonly operator: CompareOp;
  readonly value: Value;
}

export type KeyTest = (key: Key) => boolean;

/** A comparison that an attribute's type does not allow. The message is a reason without a subject's end: "active is a boolean …". */
export class ComparisonError extends Error {
  override readonly name = 'ComparisonError';
}

/**
 * The test that an operator and a value make of an attribute's sort keys (RFC 7644 table 3).
 * Throws ComparisonError where the attribute's type knows no such comparison.
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

/** RFC 7644 section 3.4.2.2 refuses to order booleans. Text is taken for one where that is accepted. */
function booleanTest({ name }: Attribute, { operator, value }: Compared, { accepts, met }: Reading): KeyTest {
  if (operator !== 'eq' && operator !== 'ne')
    throw new ComparisonError(`${name} is a boolean and compares with eq and ne only`);
  const literal = typeof value === 'string' && accepts.has('booleansAsText') ? booleanIn(value) : value;
  if (typeof literal !== 'boolean') throw new ComparisonError(`${name} compares with true or false`);
  if (typeof value === 'string') met.add('booleansAsText');
  return orderTest(operator, literal);
}

/** The boolean that a text spells in any case. */
export function booleanIn(text: string): boolean | undefined {
  const literal = text.toLowerCase();
  return literal === 'true' || literal === 'false' ? literal === 'true' : undefined;
}

function numberTest({ name }: Attribute, operator: CompareOp, value: Value): KeyTest {
  if (typeof value !== 'number' || isTextOperator(operator)) throw new ComparisonError(`${name} is a number`);
  return orderTest(operator, value);
}

function dateTest({ name }: Attribute, operator: CompareOp, value: Value): KeyTest {
  const time = typeof value === 'string' ? instant(value) : undefined;
  if (time === undefined) throw new ComparisonError(`${name} compares with a date such as "2026-01-31T12:00:00Z"`);
  return orderTest(operator, time);
}

function textTest(attribute: Attribute, operator: CompareOp, value: Value): KeyTest {
  if (typeof value !== 'string')
    throw new ComparisonError(`${attribute.name} compares with text, which stands in double quotes`);
  const isDate = attribute.type === 'dateTime';
  const wanted = uniqueText(attribute, value);
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
