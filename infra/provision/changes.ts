import { mapping } from './mapping.ts';
import type { Value, Values } from './values.ts';

/** One mapped attribute that differs between the directory and the service. */
export type Change =
  | { readonly kind: 'add' | 'replace'; readonly path: string; readonly value: Value }
  | { readonly kind: 'remove'; readonly path: string };

/** What has to change for the target to have the source's values, in the order of the mapping. */
export function changesBetween(source: Values, target: Values): readonly Change[] {
  return mapping.flatMap(({ path }) => changeAt(path, source[path], target[path]) ?? []);
}

/** Whether the mapping makes the same of a user as it did before. */
export const isSame = (one: Values, other: Values): boolean => changesBetween(one, other).length === 0;

function changeAt(path: string, source: Value | undefined, target: Value | undefined): Change | undefined {
  if (source === target) return undefined;
  if (source === undefined) return { kind: 'remove', path };
  return { kind: target === undefined ? 'add' : 'replace', path, value: source };
}
