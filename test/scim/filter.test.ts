import { describe, expect, test } from '@jest/globals';
import { compareOps, parseFilter, termsIn } from '../../shared/scim/filter.ts';
import { GrammarError } from '../../shared/scim/lexer.ts';
import { printFilter } from './print-filter.ts';
import { withoutPositions } from './without-positions.ts';

const parse = (text: string) => withoutPositions(parseFilter(text));
const eq = (name: string, value: unknown = 1) => ({ kind: 'compare', path: { name }, operator: 'eq', value });

describe('the grammar of filters', () => {
  test.each(compareOps)('knows %s, in any case', (operator) => {
    const expected = { kind: 'compare', path: { name: 'userName' }, operator, value: 'x' };
    expect(parse(`userName ${operator} "x"`)).toEqual(expected);
    expect(parse(`userName ${operator.toUpperCase()} "x"`)).toEqual(expected);
  });

  test('knows pr, in any case', () => {
    expect(parse('title pr')).toEqual({ kind: 'present', path: { name: 'title' } });
    expect(parse('title PR')).toEqual(parse('title pr'));
  });

  test.each([
    ['"x"', 'x'],
    ['""', ''],
    [String.raw`"a\"b\\é\n"`, 'a"b\\é\n'],
    ['5', 5],
    ['-0.5', -0.5],
    ['1e3', 1000],
    ['2.5E-1', 0.25],
    ['1e+3', 1000],
    ['1e10', 1e10],
    ['true', true],
    ['TRUE', true],
    ['False', false],
    ['null', null],
    ['NULL', null],
  ])('reads the value %s', (text, value) => {
    expect(parse(`a eq ${text}`)).toEqual(eq('a', value));
  });

  test('binds "and" more tightly than "or"', () => {
    const expected = { kind: 'or', filters: [eq('a'), { kind: 'and', filters: [eq('b'), eq('c')] }] };
    expect(parse('a eq 1 or b eq 1 and c eq 1')).toEqual(expected);
    expect(parse('a eq 1 OR b eq 1 AND c eq 1')).toEqual(expected);
  });

  test('binds parentheses most tightly', () => {
    expect(parse('(a eq 1 or b eq 1) and c eq 1')).toEqual({
      kind: 'and',
      filters: [{ kind: 'or', filters: [eq('a'), eq('b')] }, eq('c')],
    });
  });

  test('applies "not" only to its parentheses', () => {
    expect(parse('not (a eq 1) and b eq 1')).toEqual({
      kind: 'and',
      filters: [{ kind: 'not', filter: eq('a') }, eq('b')],
    });
    expect(parse('NOT(a eq 1)')).toEqual({ kind: 'not', filter: eq('a') });
  });

  test('reads terms with the same operator as one list', () => {
    expect(parse('a eq 1 or b eq 1 or c eq 1')).toEqual({ kind: 'or', filters: [eq('a'), eq('b'), eq('c')] });
  });

  test('reads a value path', () => {
    expect(parse('emails[type eq "work" and not (value co "x")]')).toEqual({
      kind: 'valuePath',
      path: { name: 'emails' },
      filter: {
        kind: 'and',
        filters: [
          eq('type', 'work'),
          { kind: 'not', filter: { kind: 'compare', path: { name: 'value' }, operator: 'co', value: 'x' } },
        ],
      },
    });
  });

  test('reads a comparison after a value path as another condition on the same element', () => {
    const hasComparison = true;
    expect(parse('emails[type eq "work"].value eq "x"')).toEqual({
      ...Object(parse('emails[type eq "work" and value eq "x"]')),
      hasComparison,
    });
    expect(parse('emails[type eq "work"].value pr')).toEqual({
      ...Object(parse('emails[type eq "work" and value pr]')),
      hasComparison,
    });
  });

  test('reads names with the core URN, with other URNs and with sub-attributes', () => {
    const uri = 'urn:ietf:params:scim:schemas:core:2.0:User';
    expect(parse(`${uri}:name.familyName eq 1`)).toEqual({
      kind: 'compare',
      path: { uri, name: 'name', sub: 'familyName' },
      operator: 'eq',
      value: 1,
    });
  });

  test('reads operators and literals as attribute names where an attribute is expected', () => {
    expect(parse('and eq 1 and not eq 1 or true eq 1')).toEqual({
      kind: 'or',
      filters: [{ kind: 'and', filters: [eq('and'), eq('not')] }, eq('true')],
    });
  });

  test('remembers where each attribute begins', () => {
    expect(parseFilter('a pr or bc pr')).toMatchObject({ filters: [{ at: 0 }, { at: 8 }] });
  });

  test.each([
    ['', 'Expected an attribute, but found the end at character 1'],
    ['userName', 'Expected eq, ne, co, sw, ew, gt, ge, lt, le or pr, but found the end at character 9'],
    ['userName is "x"', 'Expected eq, ne, co, sw, ew, gt, ge, lt, le or pr, but found "is" at character 10'],
    ['userName eq', 'Expected text in double quotes, a number, true, false or null, but found the end at character 12'],
    [
      'userName eq bob',
      'Expected text in double quotes, a number, true, false or null, but found "bob" at character 13',
    ],
    ['userName eq 01', 'Expected text in double quotes, a number, true, false or null, but found "01" at character 13'],
    ['userName eq 1.', 'Expected text in double quotes, a number, true, false or null, but found "1." at character 13'],
    ['userName eq -', 'Expected text in double quotes, a number, true, false or null, but found "-" at character 13'],
    ['userName eq .5', 'Expected text in double quotes, a number, true, false or null, but found "5" at character 13'],
    [
      'userName eq 1e999',
      'Expected text in double quotes, a number, true, false or null, but found "1e999" at character 13',
    ],
    ['userName eq "x" userName', 'Expected "and", "or" or the end, but found "userName" at character 17'],
    ['userName eq "x" and', 'Expected an attribute, but found the end at character 20'],
    ['or userName pr', 'Expected eq, ne, co, sw, ew, gt, ge, lt, le or pr, but found "userName" at character 4'],
    ['(userName pr', 'Expected ")", but found the end at character 13'],
    ['userName pr)', 'Expected "and", "or" or the end, but found ")" at character 12'],
    ['()', 'Expected an attribute, but found ")" at character 2'],
    ['not userName pr', 'Expected eq, ne, co, sw, ew, gt, ge, lt, le or pr, but found "userName" at character 5'],
    ['"userName" eq "x"', 'Expected an attribute, but found "userName" at character 1'],
    ['5 eq 5', 'Expected an attribute, but found "5" at character 1'],
    ['emails[type eq "work"', 'Expected "]", but found the end at character 22'],
    ['emails[]', 'Expected an attribute, but found "]" at character 8'],
    ['emails[a[b pr]]', 'Expected eq, ne, co, sw, ew, gt, ge, lt, le or pr, but found "[" at character 9'],
    ['emails[type pr].', '"" is not an attribute name at character 16'],
    ['emails[type pr].value', 'Expected eq, ne, co, sw, ew, gt, ge, lt, le or pr, but found the end at character 22'],
    ['a.b.c pr', '"a.b.c" does not have the form "attribute.subAttribute" at character 1'],
    ['a pr "and" b pr', 'Expected "and", "or" or the end, but found "and" at character 6'],
    ['a pr "or" b pr', 'Expected "and", "or" or the end, but found "or" at character 6'],
    ['a "pr"', 'Expected eq, ne, co, sw, ew, gt, ge, lt, le or pr, but found "pr" at character 3'],
    ['a "eq" 1', 'Expected eq, ne, co, sw, ew, gt, ge, lt, le or pr, but found "eq" at character 3'],
    ['"not" (a pr)', 'Expected an attribute, but found "not" at character 1'],
    ['a eq (', 'Expected text in double quotes, a number, true, false or null, but found "(" at character 6'],
  ])('refuses %j with the reason and the position', (text, message) => {
    expect(() => parseFilter(text)).toThrow(GrammarError);
    expect(() => parseFilter(text)).toThrow(new GrammarError(message));
  });
});

describe('printing a filter', () => {
  test.each([
    'a eq 1',
    'a.b ne "x\\"y"',
    'a pr and b pr and c pr',
    'a pr or b pr and c pr',
    '(a pr or b pr) and c pr',
    '(a pr and b pr) and c pr',
    'not (a pr or b pr)',
    'e[t eq "w" and not (v eq null)]',
    'urn:x:2.0:U:a eq true',
  ])('returns the parsed text %s', (text) => {
    expect(printFilter(parseFilter(text))).toBe(text);
  });
});

test.each([
  ['a pr', 1],
  ['a pr and b pr or c eq 1', 3],
  ['not (a pr or b pr)', 2],
  ['a[b pr and not (c pr)] or d pr', 3],
  ['a[b pr].c eq 1', 2],
])('the number of comparisons in %s is %d', (text, terms) => {
  expect(termsIn(parseFilter(text))).toBe(terms);
});
