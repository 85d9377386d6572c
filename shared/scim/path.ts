import { type AttrPath, parseAttrPath } from './attr-path.ts';
import { expect, type Filter, parseValueFilter } from './filter.ts';
import { GrammarError, grammarError, quote, type TokenReader, tokenReader } from './lexer.ts';
import { limits } from './limits.ts';

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
