import { nameOf } from '../attr-path.ts';
import { badRequest } from '../errors.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { isAlwaysAssigned } from '../schema.ts';
import { holds } from './elements.ts';
import type { Target } from './target.ts';

/**
 * Throws mutability for a value that the client may not set (RFC 7643 section 2.2, RFC 7644 section 3.5.2). True where there is nothing to
 * refuse and nothing to do: the value is the one that stands there.
 */
export function refuseChange(resource: JsonObject, target: Target, value: Json): boolean {
  const { attribute, sub } = target;
  const mutability = attribute.mutability === 'readWrite' ? (sub?.mutability ?? 'readWrite') : attribute.mutability;
  if (mutability !== 'readOnly' && mutability !== 'immutable') return false;
  const current = currentValue(resource, target);
  if (mutability === 'immutable' && current === undefined) return false;
  if (holds(current, value)) return true;
  throw badRequest('mutability', `"${nameOf(target)}" cannot be changed: it is ${mutability}.`);
}

/** Throws mutability for what may not become unassigned (RFC 7644 section 3.5.2.2). */
export function refuseRemoval({ attribute, sub }: Target): void {
  const leaf = sub ?? attribute;
  const isFixed = [attribute, leaf].some(({ mutability }) => mutability === 'readOnly' || mutability === 'immutable');
  if (isFixed || isAlwaysAssigned(leaf))
    throw badRequest('mutability', `"${nameOf({ attribute, ...(sub && { sub }) })}" cannot be removed.`);
}

function currentValue(resource: JsonObject, { attribute, sub }: Target): Json | undefined {
  const value = resource[attribute.name];
  if (!sub) return value;
  return isObject(value) ? value[sub.name] : undefined;
}
