import { fold } from './fold.ts';
import type { Json } from './json.ts';
import type { Attribute } from './schema.ts';

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
