import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAttrPath } from '../../../shared/scim/attr-path.ts';
import { ScimError } from '../../../shared/scim/errors.ts';
import { type Filter, parseFilter, parseValueFilter } from '../../../shared/scim/filter.ts';
import { GrammarError, tokenReader } from '../../../shared/scim/lexer.ts';
import { readFilter } from '../../../shared/scim/match.ts';
import { parsePath, readTarget } from '../../../shared/scim/path.ts';
import { projection } from '../../../shared/scim/projection.ts';
import { readSort } from '../../../shared/scim/sort.ts';
import { advisors } from '../../../shared/services/advisors.ts';
import { printFilter } from '../print-filter.ts';
import { strictReading, tolerantReading } from '../readings.ts';
import { withoutPositions } from '../without-positions.ts';
import { anyFilter, grammaticalText } from './arbitrary-filters.ts';
import { runs } from './runs.ts';

const type = advisors.resourceType;

describe('the grammar', () => {
  test('reads every printed filter as the same filter', () => {
    fc.assert(
      fc.property(anyFilter, (filter) => {
        const text = printFilter(filter);
        fc.pre(text.length <= 8000);
        expect(withoutPositions(parseFilter(text))).toEqual(withoutPositions(filter));
      }),
      runs(2000),
    );
  });

  test('reads all operators in any case', () => {
    const upperCaseWords = (text: string) =>
      text.replace(/ (?:and|or|[a-z]{2}) |not \(| pr/g, (word) => word.toUpperCase());
    const withoutStrings = (filter: Filter) => printFilter(filter).replace(/"(?:[^"\\]|\\.)*"/g, '"x"');
    fc.assert(
      fc.property(anyFilter.map(withoutStrings), (text) => {
        expect(withoutPositions(parseFilter(upperCaseWords(text)))).toEqual(withoutPositions(parseFilter(text)));
      }),
      runs(1000),
    );
  });

  test.each<[string, (text: string) => unknown, new (...args: never) => Error]>([
    ['a filter', parseFilter, GrammarError],
    ['a path', parsePath, GrammarError],
    ['an attrPath', parseAttrPath, GrammarError],
    ['a filter of a request', (text) => readFilter(type, text, tolerantReading()), ScimError],
    ['a path of an operation', (text) => readTarget(type, text, tolerantReading()), ScimError],
    ['a path of an operation without tolerances', (text) => readTarget(type, text, strictReading()), ScimError],
    ['sortBy', (text) => readSort(type, text), ScimError],
    ['attributes', (text) => projection(type, { attributes: [text], excludedAttributes: [text] }), ScimError],
  ])('reads any text as %s, or throws only the expected error', (_what, read, OwnError) => {
    fc.assert(
      fc.property(grammaticalText, (text) => {
        try {
          read(text);
        } catch (error) {
          expect(error).toBeInstanceOf(OwnError);
        }
      }),
      runs(1500),
    );
  });
});

describe('the time to read 100 KB of text is linear', () => {
  const repeated = (text: string) => text.repeat(Math.ceil(100_000 / text.length));
  const texts = [
    ['parentheses', '('],
    ['negations', 'not ('],
    ['brackets', 'a['],
    ['one word', 'a'],
    ['digits', '1'],
    ['exponents', '1e'],
    ['dots', 'a.'],
    ['colons', 'a:'],
    ['spaces', ' '],
    ['quotes', '"'],
    ['backslashes', '"\\'],
    ['a string of escapes', '\\u0041'],
    ['comparisons', 'userName eq "a" or '],
    ['a chain of and and or', 'a pr and b pr or '],
  ].map(([what = '', part = '']) => [what, part] as const);

  test.each(texts)('for %s', (_what, part) => {
    for (const text of [repeated(part), `a eq "${repeated(part)}"`, `a eq ${repeated(part)}`]) {
      for (const read of [tokenize, parseAttrPath, (one: string) => parseValueFilter(tokenReader(one))]) {
        expect(cpuMilliseconds(() => read(text))).toBeLessThan(500); // about 10 if linear, about 10,000 if quadratic
      }
    }
  });

  function tokenize(text: string): void {
    const reader = tokenReader(text);
    while (reader.next().kind !== 'end');
  }

  function cpuMilliseconds(act: () => unknown): number {
    const before = process.cpuUsage();
    try {
      act();
    } catch (error) {
      if (!(error instanceof GrammarError)) throw error;
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  }
});
