import { type AttrPath, isSchemaOf, parseAttrPath, type Resolved, resolveAttrPath, resolvedName } from './attr-path.ts';
import { badRequest, quote } from './errors.ts';
import { expect, type Filter, parseValueFilter, termsIn } from './filter.ts';
import { type Draft, draft, type JsonObject } from './json.ts';
import { GrammarError, grammarError, type TokenReader, tokenReader, tryParse } from './lexer.ts';
import { limits } from './limits.ts';
import { elementPredicate, type Predicate } from './match.ts';
import type { Reading } from './reading.ts';
import type { Attribute, ResourceType } from './schema.ts';
import { readOneValue } from './values.ts';

/** PATH of RFC 7644 section 3.5.2: an attrPath, or a value path, optionally with a sub-attribute of the selected elements. */
export interface Path {
  readonly attrPath: AttrPath;
  readonly filter?: Filter;
}

/** The text inside the brackets of a path does not follow the grammar of filters. */
export class FilterGrammarError extends GrammarError {}

/** Parses the path of a PATCH operation. Throws GrammarError with the position. */
export function parsePath(text: string): Path {
  if (text.length > limits.pathLength)
    throw new GrammarError(`The path is longer than ${limits.pathLength} characters`);
  const reader = tokenReader(text);
  const word = reader.next();
  if (word.kind !== 'word') throw grammarError('Expected an attribute', word.at);
  const attrPath = parseAttrPath(word.text, word.at);
  const path = reader.peek().kind === '[' ? parseValuePath(reader, attrPath) : { attrPath };
  const rest = reader.next();
  if (rest.kind !== 'end') throw grammarError(`Expected the end of the path, but found ${quote(rest.text)}`, rest.at);
  return path;
}

function parseValuePath(reader: TokenReader, attrPath: AttrPath): Path {
  const open = reader.next();
  if (attrPath.sub !== undefined)
    throw grammarError('Brackets can follow only an attribute, not a sub-attribute', open.at);
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

/** The target location of an operation: an attribute or one of its sub-attributes, in all elements or only in selected ones. */
export interface Target extends Resolved {
  readonly filter?: ValueFilter;
}

/** The value selection filter of a path (RFC 7644 section 3.5.2). */
export interface ValueFilter {
  readonly test: Predicate;
  /** The number of comparisons of one call of `test`. */
  readonly terms: number;
  /** The sub-attributes that the filter compares. */
  readonly compared: readonly Attribute[];
  /** The element that the filter describes, such as {"type": "work"}; undefined unless the filter uses only "eq". */
  readonly described: JsonObject | undefined;
}

/** Finds the attribute that a path names, whatever its filter; undefined if the text is not a path, or if the attribute is not declared. */
export function findPath(type: ResourceType, text: string): Resolved | undefined {
  const path = tryParse(() => parsePath(text));
  return path && resolveAttrPath(type, path.attrPath);
}

/**
 * Finds the target of a path: 'resource' if the path is the schema's URN, undefined if its attribute is not declared and that is accepted. Only a path
 * that begins with a declared attribute has to follow the grammar, because banks map many other attributes. Throws invalidPath, or invalidFilter for
 * the text inside the brackets (RFC 7644 table 9).
 */
export function readTarget(type: ResourceType, text: string, reading: Reading): Target | 'resource' | undefined {
  if (isSchemaOf(type, text)) return 'resource';
  const isUnmapped = text.trim() !== '' && !beginsWithAttribute(type, text);
  const path = isUnmapped ? undefined : parse(text);
  const resolved = path && resolveAttrPath(type, path.attrPath);
  if (!resolved) return unmapped(reading, `The path ${quote(text)} names an attribute that BookMe does not store.`);
  if (!path.filter) return resolved;
  if (!resolved.attribute.multiValued || resolved.attribute.type !== 'complex') {
    throw badRequest(
      'invalidPath',
      `${resolvedName(resolved)} has no elements that a filter can select. Remove the brackets from ${quote(text)}.`,
    );
  }
  const filter = readValueFilter(resolved.attribute, path.filter, reading);
  return filter && { ...resolved, filter };
}

/** Whether a text begins with the name of a declared attribute, with or without the schema's URN. The rest of the text may be anything. */
export function beginsWithAttribute(type: ResourceType, text: string): boolean {
  const trimmed = text.trimStart();
  const isQualified = trimmed.toLowerCase().startsWith(`${type.schema.toLowerCase()}:`);
  const rest = isQualified ? trimmed.slice(type.schema.length + 1) : trimmed;
  if (isQualified && rest === '') return true;
  return type.attribute(rest.replace(/[\s.:()[\]"].*/s, '')) !== undefined;
}

function parse(text: string): Path {
  try {
    return parsePath(text);
  } catch (error) {
    if (error instanceof FilterGrammarError)
      throw badRequest('invalidFilter', `The filter in the path cannot be parsed: ${error.message}.`);
    if (error instanceof GrammarError) throw badRequest('invalidPath', `The path cannot be parsed: ${error.message}.`);
    throw error;
  }
}

function unmapped({ accepts, tolerated }: Reading, detail: string): undefined {
  if (!accepts.has('unmappedIgnored')) throw badRequest('invalidPath', detail);
  tolerated.add('unmappedIgnored');
}

function readValueFilter(attribute: Attribute, filter: Filter, reading: Reading): ValueFilter | undefined {
  const compared = namesIn(filter).map((name) => attribute.sub(name));
  if (!compared.every((sub) => sub !== undefined))
    return unmapped(
      reading,
      `The filter in the path names a sub-attribute of ${attribute.name} that BookMe does not store.`,
    );
  const test = elementPredicate(attribute, filter, reading);
  const described = describe(attribute, filter, reading);
  return { test, terms: termsIn(filter), compared, described: described && test(described) ? described : undefined };
}

function namesIn(filter: Filter): readonly string[] {
  if (filter.kind === 'and' || filter.kind === 'or') return filter.filters.flatMap(namesIn);
  return filter.kind === 'not' || filter.kind === 'valuePath' ? namesIn(filter.filter) : [filter.path.name];
}

/** The element that a filter describes: {"type": "work"} for `type eq "work"`; undefined for a filter that is not an `and` of `eq` comparisons. */
function describe(attribute: Attribute, filter: Filter, reading: Reading): JsonObject | undefined {
  const described: Draft = draft();
  for (const operand of filter.kind === 'and' ? filter.filters : [filter]) {
    if (operand.kind !== 'compare' || operand.operator !== 'eq') return undefined;
    const sub = attribute.sub(operand.path.name);
    const value = sub && readOneValue(sub, operand.value, reading);
    if (!sub || value === undefined) return undefined;
    described[sub.name] = value;
  }
  return described;
}
