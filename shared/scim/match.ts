import { type AttrPath, nameOf, printAttrPath, type Resolved, resolveAttrPath } from './attr-path.ts';
import { elementsOf, isPresent, valuesOf } from './attribute-values.ts';
import { type SortKey, sortKey } from './compare.ts';
import { ComparisonError, comparison } from './comparison.ts';
import { badRequest, type ScimError } from './errors.ts';
import { type Compare, type Comparison, type Filter, parseFilter } from './filter.ts';
import { isObject, type JsonObject } from './json.ts';
import { GrammarError } from './lexer.ts';
import type { Attribute, ResourceType } from './schema.ts';

/** Whether a resource, or one element of a multi-valued attribute, is meant. */
export type Predicate = (candidate: JsonObject) => boolean;

/** Finds an attrPath in its surroundings: the whole resource, or the element in front of the brackets. Throws invalidFilter. */
type Scope = (path: AttrPath) => Resolved;

/** A filter, parsed and held against a resource type. */
export interface Match {
  readonly filter: Filter;
  readonly test: Predicate;
}

/** Reads the `filter` of a request. Throws invalidFilter with the position and the reason (RFC 7644 section 3.4.2.2). */
export function readFilter(type: ResourceType, text: string): Match {
  try {
    const filter = parseFilter(text);
    return { filter, test: compile(filter, resourceScope(type)) };
  } catch (error) {
    if (error instanceof GrammarError) throw invalidFilter(`The filter cannot be read: ${error.message}.`);
    throw error;
  }
}

/** The filter inside the brackets of a value path, to be asked of one element. Throws invalidFilter. */
export const elementPredicate = (attribute: Attribute, filter: Filter): Predicate =>
  compile(filter, elementScope(attribute));

function compile(filter: Filter, scope: Scope): Predicate {
  switch (filter.kind) {
    case 'and': {
      const tests = filter.filters.map((one) => compile(one, scope));
      return (candidate) => tests.every((test) => test(candidate));
    }
    case 'or': {
      const tests = filter.filters.map((one) => compile(one, scope));
      return (candidate) => tests.some((test) => test(candidate));
    }
    case 'not':
      return negate(compile(filter.filter, scope));
    case 'present':
      return present(scope(filter.path));
    case 'valuePath':
      return compileValuePath(scope(filter.path), filter.filter, filter.at);
    case 'compare':
      return compileCompare(scope(filter.path), filter);
  }
}

const negate =
  (test: Predicate): Predicate =>
  (candidate) =>
    !test(candidate);

const present =
  (target: Resolved): Predicate =>
  (candidate) =>
    valuesOf(candidate, target).some(isPresent);

function compileValuePath(target: Resolved, filter: Filter, at: number): Predicate {
  const { attribute, sub } = target;
  if (sub || attribute.type !== 'complex') throw unusable(`${nameOf(target)} has no sub-attributes to filter on`, at);
  const test = elementPredicate(attribute, filter);
  return (candidate) => elementsOf(candidate[attribute.name]).some((element) => isObject(element) && test(element));
}

function compileCompare(named: Resolved, { operator, value, at }: Compare): Predicate {
  if (value === null) return compareNull(named, operator, at);
  const target = leafOf(named, at);
  const leaf = target.sub ?? target.attribute;
  const test = explained(() => comparison(leaf, operator, value), at);
  const keysOf = (candidate: JsonObject): readonly SortKey[] =>
    valuesOf(candidate, target).map((one) => sortKey(leaf, one));
  const matches = (key: SortKey): boolean => key !== undefined && test(key);
  if (operator !== 'ne') return (candidate) => keysOf(candidate).some(matches);
  // What is unassigned is null (RFC 7643 section 2.5), and null does not equal the value.
  return (candidate) => keysOf(candidate).length === 0 || keysOf(candidate).some(matches);
}

/** `eq null` asks for what is unassigned, `ne null` for what is present (RFC 7643 section 2.5). */
function compareNull(target: Resolved, operator: Comparison, at: number): Predicate {
  if (operator === 'eq') return negate(present(target));
  if (operator === 'ne') return present(target);
  throw unusable('null compares with eq and ne only', at);
}

/** A complex attribute without a sub-attribute means its "value", where it has one (RFC 7643 section 2.4). */
function leafOf(target: Resolved, at: number): Resolved {
  const { attribute } = target;
  if (target.sub || attribute.type !== 'complex') return target;
  const sub = attribute.sub('value');
  if (sub) return { attribute, sub };
  throw unusable(
    `${attribute.name} is complex; compare one of its sub-attributes (${matchable(attribute).join(', ')})`,
    at,
  );
}

function resourceScope(type: ResourceType): Scope {
  return (path) => resolveAttrPath(type, path) ?? notKept(path, type.attributes.flatMap(matchable));
}

function elementScope(attribute: Attribute): Scope {
  return (path) => {
    const found = path.uri === undefined && path.sub === undefined ? attribute.sub(path.name) : undefined;
    return found
      ? { attribute: found }
      : notKept(
          path,
          attribute.subAttributes.map((sub) => sub.name),
        );
  };
}

function notKept(path: AttrPath, names: readonly string[]): never {
  const named = printAttrPath(path).slice(0, 200);
  throw invalidFilter(`The filter names "${named}", which is not kept here. Match on one of: ${names.join(', ')}.`);
}

function matchable(attribute: Attribute): readonly string[] {
  return attribute.type === 'complex'
    ? attribute.subAttributes.map((sub) => `${attribute.name}.${sub.name}`)
    : [attribute.name];
}

function explained<T>(make: () => T, at: number): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof ComparisonError) throw unusable(error.message, at);
    throw error;
  }
}

const unusable = (reason: string, at: number): ScimError =>
  invalidFilter(`The filter cannot be used: ${reason}, at character ${at + 1}.`);

const invalidFilter = (detail: string): ScimError => badRequest('invalidFilter', detail);
