import { type AttrPath, isSchemaOf, parseAttrPath, type Resolved, resolveAttrPath, resolvedName } from './attr-path.ts';
import type { Tolerate } from './entra.ts';
import { badRequest } from './errors.ts';
import { expect, type Filter, parseValueFilter } from './filter.ts';
import { type Draft, draft, type JsonObject } from './json.ts';
import { GrammarError, grammarError, quote, type TokenReader, tokenReader } from './lexer.ts';
import { limits } from './limits.ts';
import { elementPredicate, type Predicate } from './match.ts';
import type { Attribute, ResourceType } from './schema.ts';
import { readOneValue } from './values.ts';

/** PATH of RFC 7644 section 3.5.2: an attrPath, or a value path with perhaps a sub-attribute of the chosen elements. */
export interface Path {
  readonly attrPath: AttrPath;
  readonly filter?: Filter;
}

/** What stands inside the brackets does not follow the grammar of filters. */
export class FilterGrammarError extends GrammarError {}

/** Parses the path of a PATCH operation. Throws GrammarError with the position. */
export function parsePath(text: string): Path {
  if (text.length > limits.pathLength)
    throw grammarError(`The path is longer than ${limits.pathLength} characters`, limits.pathLength);
  const reader = tokenReader(text);
  const word = reader.next();
  if (word.kind !== 'word') throw grammarError('Expected an attribute', word.at);
  const attrPath = parseAttrPath(word.text, word.at);
  const path = reader.peek().kind === '[' ? parseValuePath(reader, attrPath) : { attrPath };
  const rest = reader.next();
  if (rest.kind !== 'end') throw grammarError(`Expected the end of the path, not ${quote(rest.text)}`, rest.at);
  return path;
}

function parseValuePath(reader: TokenReader, attrPath: AttrPath): Path {
  const open = reader.next();
  if (attrPath.sub !== undefined)
    throw grammarError('A value filter belongs to an attribute, not to a sub-attribute', open.at);
  const filter = parseFilterInBrackets(reader);
  expect(reader, ']');
  if (reader.peek().kind !== 'sub') return { attrPath, filter };
  const token = reader.next();
  const { name, uri, sub } = parseAttrPath(token.text, token.at);
  if (uri !== undefined || sub !== undefined) throw grammarError('Expected one sub-attribute after "]"', token.at);
  return { attrPath: { ...attrPath, sub: name }, filter };
}

function parseFilterInBrackets(reader: TokenReader): Filter {
  try {
    return parseValueFilter(reader);
  } catch (error) {
    throw error instanceof GrammarError ? new FilterGrammarError(error.message) : error;
  }
}

/** What an operation works on: an attribute, perhaps one of its sub-attributes, perhaps only in chosen elements. */
export interface Target extends Resolved {
  readonly choose?: Choice;
}

/** The value filter of a path. */
export interface Choice {
  readonly test: Predicate;
  /** The element that the filter describes where it only says "eq", such as {"type": "work"}. */
  readonly described: JsonObject | undefined;
}

/**
 * Finds the target of a path; undefined where the path names what is not kept here, 'resource' where it is the schema's own URN.
 * Throws invalidPath, or invalidFilter for what stands inside the brackets (RFC 7644 table 9).
 */
export function readTarget(type: ResourceType, text: string, tolerate: Tolerate): Target | 'resource' | undefined {
  if (isSchemaOf(type, text)) return 'resource';
  const path = parse(text);
  const resolved = resolveAttrPath(type, path.attrPath);
  if (!resolved) return ignored(tolerate, `The path "${text.slice(0, 200)}" names an attribute that is not kept here.`);
  if (!path.filter) return resolved;
  if (!resolved.attribute.multiValued || resolved.attribute.type !== 'complex') {
    throw badRequest(
      'invalidPath',
      `${resolvedName(resolved)} has no elements to choose from: leave out the brackets in "${text.slice(0, 200)}".`,
    );
  }
  const choose = readChoice(resolved.attribute, path.filter, tolerate);
  return choose && { ...resolved, choose };
}

function parse(text: string): Path {
  try {
    return parsePath(text);
  } catch (error) {
    if (error instanceof FilterGrammarError)
      throw badRequest('invalidFilter', `The filter in the path cannot be read: ${error.message}.`);
    if (error instanceof GrammarError) throw badRequest('invalidPath', `The path cannot be read: ${error.message}.`);
    throw error;
  }
}

function ignored(tolerate: Tolerate, detail: string): undefined {
  if (!tolerate('unmappedIgnored')) throw badRequest('invalidPath', detail);
}

function readChoice(attribute: Attribute, filter: Filter, tolerate: Tolerate): Choice | undefined {
  if (!namesOnlyKept(attribute, filter))
    return ignored(
      tolerate,
      `The filter in the path names a sub-attribute of ${attribute.name} that is not kept here.`,
    );
  const test = elementPredicate(attribute, filter);
  const described = describe(attribute, filter, tolerate);
  return { test, described: described && test(described) ? described : undefined };
}

function namesOnlyKept(attribute: Attribute, filter: Filter): boolean {
  if (filter.kind === 'and' || filter.kind === 'or')
    return filter.filters.every((one) => namesOnlyKept(attribute, one));
  if (filter.kind === 'not' || filter.kind === 'valuePath') return namesOnlyKept(attribute, filter.filter);
  return attribute.sub(filter.path.name) !== undefined;
}

/** `type eq "work" and primary eq true` describes {"type": "work", "primary": true}; a filter with anything else describes nothing. */
function describe(attribute: Attribute, filter: Filter, tolerate: Tolerate): JsonObject | undefined {
  const described: Draft = draft();
  for (const one of filter.kind === 'and' ? filter.filters : [filter]) {
    if (one.kind !== 'compare' || one.operator !== 'eq' || one.value === null) return undefined;
    const sub = attribute.sub(one.path.name);
    const value = sub && readOneValue(sub, one.value, tolerate);
    if (!sub || value === undefined) return undefined;
    described[sub.name] = value;
  }
  return described;
}
