import { quote } from './errors.ts';

/** The kinds of tokens. A parenthesis or bracket is its own kind; `word` is a name, an operator or a literal; `sub` is `.name` after a bracket. */
export type TokenKind = 'word' | 'sub' | 'string' | 'number' | '(' | ')' | '[' | ']' | 'end';

/** A token of a filter or a path. */
export interface Token {
  readonly kind: TokenKind;
  /** The characters of the token; for a string, its value. */
  readonly text: string;
  /** The position of its first character, counted from 0. */
  readonly at: number;
}

/** A text does not follow the grammar. The parser's caller gives the error its scimType. */
export class GrammarError extends Error {
  override readonly name = 'GrammarError';
}

/** An error whose message ends with the position, counted from 1: "… at character 12". */
export const grammarError = (message: string, at: number): GrammarError =>
  new GrammarError(`${message} at character ${at + 1}`);

/** Returns the result of a parser, or undefined if the text does not follow the grammar. */
export function tryParse<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof GrammarError) return undefined;
    throw error;
  }
}

/** Reads tokens in order. `peek` returns the next token without consuming it. After the last token, both return `end`. */
export interface TokenReader {
  readonly peek: () => Token;
  readonly next: () => Token;
}

/**
 * Splits a filter or a path (RFC 7644 sections 3.4.2.2 and 3.5.2) into tokens, in one pass. Each token is read only when it is needed, so the first
 * mistake in the text is reported. Throws GrammarError.
 */
export function tokenReader(text: string): TokenReader {
  let position = 0;
  let ahead: Token | undefined;

  function read(): Token {
    while (text.charCodeAt(position) === SPACE) position += 1;
    const at = position;
    if (at >= text.length) return { kind: 'end', text: '', at };
    position = tokenEnd(text, at, text.charCodeAt(at));
    return token(text.slice(at, position), at);
  }

  function peek(): Token {
    ahead ??= read();
    return ahead;
  }

  function next(): Token {
    const first = peek();
    ahead = undefined;
    return first;
  }

  return { peek, next };
}

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DOT = 0x2e;
const MINUS = 0x2d;
const PUNCTUATION = '()[]';

function tokenEnd(text: string, at: number, code: number): number {
  if (PUNCTUATION.includes(text.charAt(at))) return at + 1;
  if (code === QUOTE) return stringEnd(text, at);
  let end = at;
  while (isWordPart(text.charCodeAt(end))) end += 1;
  if (end === at) throw grammarError(`Unexpected ${quote(text.charAt(at))}`, at);
  return end;
}

function stringEnd(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === BACKSLASH) end += 1;
    else if (code === QUOTE) return end + 1;
  }
  throw grammarError('The closing quote is missing for the string', at);
}

function token(slice: string, at: number): Token {
  const code = slice.charCodeAt(0);
  if (PUNCTUATION.includes(slice)) return { kind: slice as '(' | ')' | '[' | ']', text: slice, at }; // PUNCTUATION has only these
  if (code === QUOTE) return { kind: 'string', text: stringValue(slice, at), at };
  if (isDigit(code) || code === MINUS) return { kind: 'number', text: slice, at };
  return code === DOT ? { kind: 'sub', text: slice.slice(1), at } : { kind: 'word', text: slice, at };
}

/** Strings in a filter are JSON strings, including escapes (RFC 7644 section 3.4.2.2, compValue). */
function stringValue(slice: string, at: number): string {
  try {
    const value: unknown = JSON.parse(slice);
    if (typeof value === 'string' && value.isWellFormed()) return value;
  } catch {
    // reported below, with the position
  }
  throw grammarError('Invalid escape or control character in the string', at);
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;

/** Letters, digits and `-_$` occur in attribute names, `:` and `.` in URNs and before sub-attributes, `+` in numbers (1e+3). */
const isWordPart = (code: number): boolean =>
  isLetter(code) || isDigit(code) || '-_$:.+'.includes(String.fromCharCode(code));
