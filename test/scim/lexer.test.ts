import { describe, expect, test } from '@jest/globals';
import { GrammarError, type Token, tokenReader, tryParse } from '../../shared/scim/lexer.ts';

function tokenize(text: string): readonly Token[] {
  const reader = tokenReader(text);
  const tokens = [reader.next()];
  while (tokens.at(-1)?.kind !== 'end') tokens.push(reader.next());
  return tokens;
}

const kinds = (text: string) => tokenize(text).map(({ kind, text: one }) => (one === '' ? kind : `${kind}:${one}`));

describe('the lexer', () => {
  test('splits a filter into words, strings, numbers and brackets', () => {
    expect(kinds('not (a eq "x") and b[c gt -1.5e+3]')).toEqual([
      'word:not',
      '(:(',
      'word:a',
      'word:eq',
      'string:x',
      '):)',
      'word:and',
      'word:b',
      '[:[',
      'word:c',
      'word:gt',
      'number:-1.5e+3',
      ']:]',
      'end',
    ]);
  });

  test('keeps a URN with its dots and colons in one word', () => {
    expect(kinds('urn:ietf:params:scim:schemas:core:2.0:User:name.familyName')).toEqual([
      'word:urn:ietf:params:scim:schemas:core:2.0:User:name.familyName',
      'end',
    ]);
  });

  test('reads a name after a bracket and a dot as a sub-attribute', () => {
    expect(kinds('a].formatted')).toEqual(['word:a', ']:]', 'sub:formatted', 'end']);
  });

  test('gives the position of each token', () => {
    expect(tokenize('  a eq "b"').map(({ at }) => at)).toEqual([2, 4, 7, 10]);
  });

  test('reads the escapes of JSON in a string', () => {
    const [token] = tokenize(String.raw`"a\"b\\c\/\b\f\n\r\té\ud83d\ude00"`);
    expect(token?.text).toBe('a"b\\c/\b\f\n\r\té😀');
  });

  test('peeks at the next token any number of times, and returns the end whenever there are no more tokens', () => {
    const reader = tokenReader('a');
    expect([reader.peek(), reader.peek(), reader.next()].map(({ text }) => text)).toEqual(['a', 'a', 'a']);
    expect([reader.next(), reader.peek(), reader.next()].map(({ kind }) => kind)).toEqual(['end', 'end', 'end']);
  });

  test('reports an invalid character only when it reaches it', () => {
    const reader = tokenReader('a {');
    expect(reader.next().text).toBe('a');
    expect(() => reader.next()).toThrow(GrammarError);
  });

  test('returns only the end for an empty text and for spaces', () => {
    expect(kinds('')).toEqual(['end']);
    expect(kinds('   ')).toEqual(['end']);
  });

  test.each([
    ['a character outside the grammar', 'a eq {', 'Unexpected "{" at character 6'],
    ['a single quote', "a eq 'b'", `Unexpected "'" at character 6`],
    ['a tab', 'a\teq "b"', 'Unexpected "\\t" at character 2'],
    ['a string without a closing quote', 'a eq "b', 'The closing quote is missing for the string at character 6'],
    ['a string that ends in a backslash', 'a eq "b\\', 'The closing quote is missing for the string at character 6'],
    ['an escape that JSON does not have', String.raw`a eq "\x"`, 'Invalid escape or control character in the string'],
    ['a control character in a string', 'a eq "\n"', 'Invalid escape or control character in the string'],
    [
      'an escaped lone surrogate in a string',
      String.raw`a eq "\ud83d"`,
      'Invalid escape or control character in the string',
    ],
    ['a lone surrogate outside a string', 'a eq \ud83d', 'Unexpected "\\ud83d" at character 6'],
  ])('refuses %s', (_what, text, message) => {
    expect(() => tokenize(text)).toThrow(GrammarError);
    expect(() => tokenize(text)).toThrow(message);
  });
});

test('the letters in a word are a to z, in either case', () => {
  expect(tokenize('azAZ09').map(({ text }) => text)).toEqual(['azAZ09', '']);
  for (const text of ['`', '{', '@', '[']) expect(tokenReader(`a${text}`).next().text).toBe('a');
});

test('tryParse returns undefined after a GrammarError, and rethrows any other error', () => {
  expect(tryParse(() => 5)).toBe(5);
  expect(
    tryParse(() => {
      throw new GrammarError('x');
    }),
  ).toBeUndefined();
  expect(() =>
    tryParse(() => {
      throw new TypeError('y');
    }),
  ).toThrow(new TypeError('y'));
  expect(new GrammarError('x').name).toBe('GrammarError');
});
