import { type AttrPath, parseAttrPath } from './attr-path.ts';
import { quote } from './errors.ts';
import { GrammarError, grammarError, type Token, type TokenReader, tokenReader } from './lexer.ts';
import { limits } from './limits.ts';

/** compareOp of RFC 7644 section 3.4.2.2. */
export const compareOps = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type CompareOp = (typeof compareOps)[number];

/** compValue of RFC 7644 section 3.4.2.2. */
export type CompValue = string | number | boolean | null;

/** A parsed filter, not yet checked against a schema. `at` is the position of its attribute, for errors. */
export type Filter =
  | { readonly kind: 'and'; readonly filters: readonly Filter[] }
  | { readonly kind: 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'present'; readonly path: AttrPath; readonly at: number }
  | AttrExp
  | ValuePath;

/** valuePath: matches if the filter matches at least one element. */
export interface ValuePath {
  readonly kind: 'valuePath';
  readonly path: AttrPath;
  readonly filter: Filter;
  readonly at: number;
  /** Whether a comparison followed the brackets, which the RFC does not define. It is part of `filter`. */
  readonly hasComparison?: true;
}

/** attrExp with an operator and a value. */
export interface AttrExp {
  readonly kind: 'compare';
  readonly path: AttrPath;
  readonly operator: CompareOp;
  readonly value: CompValue;
  readonly at: number;
}

/** Parses a filter (RFC 7644 section 3.4.2.2, figure 1), in time linear to its length. Throws GrammarError with the position. */
export function parseFilter(text: string): Filter {
  if (text.length > limits.filterLength)
    throw new GrammarError(`The filter is longer than ${limits.filterLength} characters`);
  const reader = tokenReader(text);
  const filter = parseOr(reader, { depth: 0, inValuePath: false });
  const rest = reader.next();
  if (rest.kind !== 'end') throw grammarError(`Expected "and", "or" or the end, but found ${describe(rest)}`, rest.at);
  if (termsIn(filter) > limits.filterTerms)
    throw new GrammarError(`The filter has more than ${limits.filterTerms} comparisons`);
  return filter;
}

/** The number of comparisons in a filter. */
export function termsIn(filter: Filter): number {
  if (filter.kind === 'and' || filter.kind === 'or')
    return filter.filters.reduce((sum, operand) => sum + termsIn(operand), 0);
  return filter.kind === 'not' || filter.kind === 'valuePath' ? termsIn(filter.filter) : 1;
}

/** The parser's position in a filter: the number of open parentheses, and whether it is inside brackets. */
interface Nesting {
  readonly depth: number;
  readonly inValuePath: boolean;
}

/** Parses the filter inside the brackets of a value path, which cannot contain another value path. Throws GrammarError. */
export const parseValueFilter = (reader: TokenReader): Filter => parseOr(reader, { depth: 0, inValuePath: true });

const parseOr = (reader: TokenReader, nesting: Nesting): Filter =>
  parseChain(reader, 'or', () => parseAnd(reader, nesting));

const parseAnd = (reader: TokenReader, nesting: Nesting): Filter =>
  parseChain(reader, 'and', () => parseTerm(reader, nesting));

/** Parses operands with the same operator into one list, so that a long `a or b or c …` needs no recursion. */
function parseChain(reader: TokenReader, kind: 'and' | 'or', parseOne: () => Filter): Filter {
  const first = parseOne();
  const filters = [first];
  while (isKeyword(reader.peek(), kind)) {
    reader.next();
    filters.push(parseOne());
  }
  return filters.length === 1 ? first : { kind, filters };
}

function parseTerm(reader: TokenReader, nesting: Nesting): Filter {
  const token = reader.next();
  if (token.kind === '(') return parseGroup(reader, token, nesting);
  if (isKeyword(token, 'not') && reader.peek().kind === '(') {
    return { kind: 'not', filter: parseGroup(reader, reader.next(), nesting) };
  }
  if (token.kind !== 'word') throw grammarError(`Expected an attribute, but found ${describe(token)}`, token.at);
  return parseExpression(reader, token, nesting);
}

function parseGroup(reader: TokenReader, open: Token, { depth, inValuePath }: Nesting): Filter {
  if (depth >= limits.filterDepth)
    throw grammarError(`The filter has more than ${limits.filterDepth} levels of parentheses`, open.at);
  const filter = parseOr(reader, { depth: depth + 1, inValuePath });
  expect(reader, ')');
  return filter;
}

function parseExpression(reader: TokenReader, word: Token, { inValuePath }: Nesting): Filter {
  const path = parseAttrPath(word.text, word.at);
  if (reader.peek().kind === '[' && !inValuePath) return parseValuePath(reader, path, word.at);
  return parseAttrExp(reader, path, word.at);
}

/** `addresses[type eq "work"]`. Entra also sends `addresses[type eq "work"].formatted eq "x"`: both conditions have to match the same element. */
function parseValuePath(reader: TokenReader, path: AttrPath, at: number): Filter {
  reader.next();
  const filter = parseValueFilter(reader);
  expect(reader, ']');
  if (reader.peek().kind !== 'sub') return { kind: 'valuePath', path, filter, at };
  const sub = reader.next();
  const compared = parseAttrExp(reader, parseAttrPath(sub.text, sub.at), sub.at);
  return { kind: 'valuePath', path, filter: { kind: 'and', filters: [filter, compared] }, at, hasComparison: true };
}

function parseAttrExp(reader: TokenReader, path: AttrPath, at: number): Filter {
  const token = reader.next();
  if (isKeyword(token, 'pr')) return { kind: 'present', path, at };
  const operator = compareOps.find((name) => isKeyword(token, name));
  if (!operator) throw grammarError(`Expected ${compareOps.join(', ')} or pr, but found ${describe(token)}`, token.at);
  return { kind: 'compare', path, operator, value: parseCompValue(reader.next()), at };
}

function parseCompValue(token: Token): CompValue {
  if (token.kind === 'string') return token.text;
  if (token.kind === 'number' && isNumber(token.text)) return Number(token.text);
  for (const literal of [true, false, null]) if (isKeyword(token, String(literal))) return literal;
  throw grammarError(
    `Expected text in double quotes, a number, true, false or null, but found ${describe(token)}`,
    token.at,
  );
}

/** Whether a text is a JSON number that fits into a JavaScript number (1e999 does not). */
const isNumber = (text: string): boolean =>
  /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text));

/** Reads the next token. Throws GrammarError if it is not of this kind. */
export function expect(reader: TokenReader, kind: Token['kind']): void {
  const token = reader.next();
  if (token.kind !== kind) throw grammarError(`Expected "${kind}", but found ${describe(token)}`, token.at);
}

const isKeyword = (token: Token, word: string): boolean => token.kind === 'word' && token.text.toLowerCase() === word;

const describe = (token: Token): string => (token.kind === 'end' ? 'the end' : quote(token.text));
