import {
  type AttrPath,
  assumedValuesOf,
  elementsOf,
  isPresent,
  printAttrPath,
  type Resolved,
  resolveAttrPath,
  resolvedName,
  valuesOf,
} from './attr-path.ts';
import { ComparisonError, keyTest, type SortKey, sortKey } from './comparison.ts';
import { badRequest, quote, type ScimError } from './errors.ts';
import { type AttrExp, type CompareOp, type Filter, parseFilter, termsIn, type ValuePath } from './filter.ts';
import { isObject, type JsonObject } from './json.ts';
import { GrammarError } from './lexer.ts';
import type { Reading } from './reading.ts';
import type { Attribute, ResourceType } from './schema.ts';

/** Whether a resource, or an element of a multi-valued attribute, matches. */
export type Predicate = (candidate: JsonObject) => boolean;

/** Finds the attribute that an attrPath names, in the resource or in an element of a value path. Throws invalidFilter. */
type Scope = (path: AttrPath) => Resolved;

/** A filter, parsed and checked against a resource type. */
export interface FilterMatch {
  readonly filter: Filter;
  readonly test: Predicate;
  /** The number of comparisons of one call of `test`. */
  readonly terms: number;
}

interface Context {
  readonly scope: Scope;
  readonly reading: Reading;
}

/** Reads the `filter` of a request (RFC 7644 section 3.4.2.2). Throws invalidFilter with the position and the reason. */
export function readFilter(type: ResourceType, text: string, reading: Reading): FilterMatch {
  try {
    const filter = parseFilter(text);
    return { filter, test: predicateOf(filter, { scope: resourceScope(type), reading }), terms: termsIn(filter) };
  } catch (error) {
    if (error instanceof GrammarError) throw invalidFilter(`The filter cannot be parsed: ${error.message}.`);
    throw error;
  }
}

/** The predicate of the filter inside the brackets of a value path, for one element. Throws invalidFilter. */
export const elementPredicate = (attribute: Attribute, filter: Filter, reading: Reading): Predicate =>
  predicateOf(filter, { scope: elementScope(attribute), reading });

function predicateOf(filter: Filter, context: Context): Predicate {
  switch (filter.kind) {
    case 'and': {
      const tests = filter.filters.map((operand) => predicateOf(operand, context));
      return (candidate) => tests.every((test) => test(candidate));
    }
    case 'or': {
      const tests = filter.filters.map((operand) => predicateOf(operand, context));
      return (candidate) => tests.some((test) => test(candidate));
    }
    case 'not':
      return negate(predicateOf(filter.filter, context));
    case 'present':
      return present(context.scope(filter.path));
    case 'valuePath':
      return valuePathPredicate(filter, context);
    case 'compare':
      return attrExpPredicate(filter, context);
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

function valuePathPredicate({ path, filter, at, hasComparison }: ValuePath, { scope, reading }: Context): Predicate {
  const target = scope(path);
  const { attribute, sub } = target;
  if (sub || attribute.type !== 'complex')
    throw unusable(`${resolvedName(target)} has no sub-attributes to compare in brackets`, at);
  if (hasComparison) {
    if (!reading.accepts.has('comparedValuePath'))
      throw unusable('nothing can follow the brackets of a value path', at);
    reading.tolerated.add('comparedValuePath');
  }
  const test = elementPredicate(attribute, filter, reading);
  return (candidate) => elementsOf(candidate[attribute.name]).some((element) => isObject(element) && test(element));
}

function attrExpPredicate({ path, operator, value, at }: AttrExp, { scope, reading }: Context): Predicate {
  const named = scope(path);
  if (value === null) return nullPredicate(named, operator, at);
  const target = leafOf(named, at);
  const leaf = target.sub ?? target.attribute;
  const test = orInvalidFilter(() => keyTest(leaf, { operator, value }, reading), at);
  const keysOf = (candidate: JsonObject): readonly SortKey[] =>
    assumedValuesOf(candidate, target).map((assumed) => sortKey(leaf, assumed, reading.fold));
  const matches = (key: SortKey): boolean => key !== undefined && test(key);
  if (operator !== 'ne') return (candidate) => keysOf(candidate).some(matches);
  // An unassigned attribute is null (RFC 7643 section 2.5), which does not equal the value.
  return (candidate) => {
    const keys = keysOf(candidate);
    return keys.length === 0 || keys.some(matches);
  };
}

/** `eq null` matches unassigned attributes, and `ne null` matches present ones (RFC 7643 section 2.5). */
function nullPredicate(target: Resolved, operator: CompareOp, at: number): Predicate {
  if (operator === 'eq') return negate(present(target));
  if (operator === 'ne') return present(target);
  throw unusable('null can be compared only with eq and ne', at);
}

/** A complex attribute without a sub-attribute stands for its sub-attribute "value", if it has one (RFC 7643 section 2.4). */
function leafOf(target: Resolved, at: number): Resolved {
  const { attribute } = target;
  if (target.sub || attribute.type !== 'complex') return target;
  const sub = attribute.sub('value');
  if (sub) return { attribute, sub };
  throw unusable(
    `${attribute.name} is complex, so compare one of its sub-attributes (${matchable(attribute).join(', ')})`,
    at,
  );
}

function resourceScope(type: ResourceType): Scope {
  return (path) => {
    const found = resolveAttrPath(type, path);
    if (found) return found;
    throw unknownAttribute(path, type.attributes.flatMap(matchable));
  };
}

function elementScope(attribute: Attribute): Scope {
  return (path) => {
    const found = path.uri === undefined && path.sub === undefined ? attribute.sub(path.name) : undefined;
    if (found) return { attribute: found };
    throw unknownAttribute(
      path,
      attribute.subAttributes.map(({ name }) => name),
    );
  };
}

const unknownAttribute = (path: AttrPath, names: readonly string[]): ScimError =>
  invalidFilter(
    `The filter names ${quote(printAttrPath(path))}, which BookMe does not store. Match on one of: ${names.join(', ')}.`,
  );

function matchable(attribute: Attribute): readonly string[] {
  return attribute.type === 'complex'
    ? attribute.subAttributes.map((sub) => `${attribute.name}.${sub.name}`)
    : [attribute.name];
}

function orInvalidFilter<T>(make: () => T, at: number): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof ComparisonError) throw unusable(error.message, at);
    throw error;
  }
}

const unusable = (reason: string, at: number): ScimError =>
  invalidFilter(`The filter is invalid at character ${at + 1}: ${reason}.`);

const invalidFilter = (detail: string): ScimError => badRequest('invalidFilter', detail);
