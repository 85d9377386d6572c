import { assumedValuesOf, findAttrPath, isPresent, type Resolved } from './attr-path.ts';
import { compare, type SortKey, sortKey } from './comparison.ts';
import { badRequest, quote } from './errors.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { ResourceType } from './schema.ts';

/** The order of a list (RFC 7644 section 3.4.2.3), by a key of each resource. */
export interface Sort {
  readonly keyOf: (resource: JsonObject) => SortKey;
  /** Negative if the resource with the left key comes first. */
  readonly compare: (left: SortKey, right: SortKey) => number;
}

/** Reads `sortBy` and `sortOrder`. Throws invalidValue for an unknown attribute or order, and for a complex attribute. */
export function readSort(type: ResourceType, sortBy: string, sortOrder = 'ascending'): Sort {
  const target = resolveSortBy(type, sortBy);
  const isDescending = readOrder(sortOrder) === 'descending';
  return {
    keyOf: (resource) => keyOf(target, resource),
    compare: isDescending ? (left, right) => compareKeys(right, left) : compareKeys,
  };
}

function resolveSortBy(type: ResourceType, sortBy: string): Resolved {
  const named = findAttrPath(type, sortBy);
  if (!named) throw invalidValue(`sortBy names ${quote(sortBy)}, which BookMe does not store.`);
  if (named.sub || named.attribute.type !== 'complex') return named;
  const value = named.attribute.sub('value');
  if (value) return { attribute: named.attribute, sub: value };
  throw invalidValue(`sortBy must name a sub-attribute of ${named.attribute.name}.`);
}

function readOrder(sortOrder: string): 'ascending' | 'descending' {
  const lower = sortOrder.toLowerCase();
  if (lower === 'ascending' || lower === 'descending') return lower;
  throw invalidValue('sortOrder must be "ascending" or "descending".');
}

/** Of a multi-valued attribute, the primary element counts, or the first element if none is primary (RFC 7644 section 3.4.2.3). */
function keyOf(target: Resolved, resource: JsonObject): SortKey {
  const value = resource[target.attribute.name];
  const primary = Array.isArray(value)
    ? value.find((element: Json) => isObject(element) && element['primary'] === true)
    : undefined;
  const chosen = primary === undefined ? resource : { [target.attribute.name]: primary };
  return sortKey(target.sub ?? target.attribute, assumedValuesOf(chosen, target).find(isPresent));
}

/** Resources without a value come last in ascending order, and so first in descending order (RFC 7644 section 3.4.2.3). */
function compareKeys(left: SortKey, right: SortKey): number {
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
  return compare(left, right);
}

const invalidValue = (detail: string): Error => badRequest('invalidValue', detail);
