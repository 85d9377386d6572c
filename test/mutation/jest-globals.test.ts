import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as globals from './jest-globals.ts';

test('the mutation runner has every jest global that the measured tests import', () => {
  const files = globSync(join(import.meta.dirname, '../{scim,store,brake}/*.test.ts'));
  expect(files.length).toBeGreaterThan(30);
  const used = files.flatMap((file) => {
    const [, names = ''] = /import \{([^}]*)\} from '@jest\/globals'/.exec(readFileSync(file, 'utf8')) ?? [];
    return names.split(',').map((name) => name.trim());
  });
  expect([...new Set(used)].filter((name) => !(name in globals))).toEqual([]);
});

test('the mutation runner registers tests by their full names', () => {
  const file = globals.fileScope('a.test.ts', () => {
    globals.describe.each([{ name: 'x' }])('of $name', () => {
      globals.test.each([
        ['one', 1],
        ['two', 2],
      ])('%s', () => undefined);
    });
    globals.test('three', () => undefined);
  });
  expect(globals.testsOf(file).map(({ name }) => name)).toEqual([
    'a.test.ts of x (1) one (1)',
    'a.test.ts of x (1) two (2)',
    'a.test.ts three',
  ]);
});

/** A file whose hooks and tests record that they ran. */
function fileThatWrites(ran: string[]): globals.Scope {
  const write = (text: string) => () => ran.push(text);
  return globals.fileScope('a.test.ts', () => {
    globals.beforeAll(write('file begins'));
    globals.beforeEach(write('before'));
    globals.afterEach(write('after'));
    globals.afterAll(write('file ends'));
    globals.describe('inner', () => {
      globals.beforeAll(write('inner begins'));
      globals.beforeEach(write('inner before'));
      globals.test('one', write('one'));
      globals.test('two', write('two'));
    });
    globals.test('three', write('three'));
  });
}

test('the mutation runner runs the hooks around the selected tests, and no others', async () => {
  const ran: string[] = [];
  const isSelected = ({ name }: globals.Test) => !name.endsWith('two');
  const visit: globals.Visit = async ({ run }) => {
    await run();
    return true;
  };
  await globals.runScope(fileThatWrites(ran), isSelected, visit);
  const inner = ['inner begins', 'before', 'inner before', 'one', 'after'];
  expect(ran).toEqual(['file begins', ...inner, 'before', 'three', 'after', 'file ends']);
});

test('the mutation runner stops a run on request, and then runs the hooks that clean up', async () => {
  const ran: string[] = [];
  const runOne: globals.Visit = async ({ run }) => {
    await run();
    return false;
  };
  await globals.runScope(fileThatWrites(ran), () => true, runOne);
  expect(ran).toEqual(['file begins', 'inner begins', 'before', 'inner before', 'one', 'after', 'file ends']);
});
