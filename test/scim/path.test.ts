import { describe, expect, test } from '@jest/globals';
import { GrammarError } from '../../shared/scim/lexer.ts';
import { FilterGrammarError, parsePath } from '../../shared/scim/path.ts';
import { withoutPositions } from './without-positions.ts';

const parse = (text: string) => withoutPositions(parsePath(text));
const work = { kind: 'compare', path: { name: 'type' }, operator: 'eq', value: 'work' };

describe('the grammar of PATCH paths', () => {
  test.each([
    ['userName', { attrPath: { name: 'userName' } }],
    ['name.familyName', { attrPath: { name: 'name', sub: 'familyName' } }],
    ['urn:x:2.0:User:name.familyName', { attrPath: { uri: 'urn:x:2.0:User', name: 'name', sub: 'familyName' } }],
    ['addresses[type eq "work"]', { attrPath: { name: 'addresses' }, filter: work }],
    ['addresses[type EQ "work"].formatted', { attrPath: { name: 'addresses', sub: 'formatted' }, filter: work }],
    [
      'urn:x:2.0:User:addresses[type eq "work"].formatted',
      { attrPath: { uri: 'urn:x:2.0:User', name: 'addresses', sub: 'formatted' }, filter: work },
    ],
    [
      'addresses[type eq "work" and not (primary eq true)]',
      {
        attrPath: { name: 'addresses' },
        filter: {
          kind: 'and',
          filters: [
            work,
            { kind: 'not', filter: { kind: 'compare', path: { name: 'primary' }, operator: 'eq', value: true } },
          ],
        },
      },
    ],
  ])('reads %s', (text, path) => {
    expect(parse(text)).toEqual(path);
  });

  test.each([
    ['', 'Expected an attribute at character 1'],
    [' ', 'Expected an attribute at character 2'],
    ['.', 'Expected an attribute at character 1'],
    ['1a', 'Expected an attribute at character 1'],
    ['[type eq "work"]', 'Expected an attribute at character 1'],
    ['name.', '"name." does not have the form "attribute.subAttribute" at character 1'],
    ['a.b.c', '"a.b.c" does not have the form "attribute.subAttribute" at character 1'],
    ['userName eq "x"', 'Expected the end of the path, but found "eq" at character 10'],
    ['a b', 'Expected the end of the path, but found "b" at character 3'],
    ['name.x[type eq "work"]', 'Brackets can follow only an attribute, not a sub-attribute at character 7'],
    ['addresses[type eq "work"]formatted', 'Expected the end of the path, but found "formatted" at character 26'],
    ['addresses[type eq "work"].a.b', 'Expected one sub-attribute after "]" at character 26'],
    ['addresses[type eq "work"].urn:x:a', 'Expected one sub-attribute after "]" at character 26'],
    ['addresses[type eq "work"', 'Expected "]", but found the end at character 25'],
    ['/userName', 'Unexpected "/" at character 1'],
  ])('refuses %j with the reason and the position', (text, message) => {
    expect(() => parsePath(text)).toThrow(new GrammarError(message));
    expect(() => parsePath(text)).not.toThrow(FilterGrammarError);
  });

  test.each([
    ['addresses[]', 'Expected an attribute, but found "]" at character 11'],
    ['addresses[type is "work"]', 'but found "is" at character 16'],
    ["addresses[type eq 'work']", `Unexpected "'" at character 19`],
    ['addresses[type eq "work]', 'The closing quote is missing for the string at character 19'],
    [
      'addresses[type eq work]',
      'Expected text in double quotes, a number, true, false or null, but found "work" at character 19',
    ],
  ])('reports an invalid filter in the brackets of %j as FilterGrammarError', (text, message) => {
    expect(() => parsePath(text)).toThrow(FilterGrammarError);
    expect(() => parsePath(text)).toThrow(message);
  });
});
