import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as globals from './jest-globals.ts';

test('the mutation runner has every jest global that the tests of the scim ring import', () => {
  const files = globSync(join(import.meta.dirname, '../scim/*.test.ts'));
  expect(files.length).toBeGreaterThan(15);
  const used = files.flatMap((file) => {
    const [, names = ''] = /import \{([^}]*)\} from '@jest\/globals'/.exec(readFileSync(file, 'utf8')) ?? [];
    return names.split(',').map((name) => name.trim());
  });
  expect([...new Set(used)].filter((name) => !(name in globals))).toEqual([]);
});

test('the mutation runner registers tests by their full names, and runs the hooks of a file before each of its tests', async () => {
  const ran: string[] = [];
  globals.file('a.test.ts', () => {
    globals.beforeEach(() => ran.push('hook'));
    globals.describe.each([{ name: 'x' }])('of $name', () => {
      globals.test.each([
        ['one', 1],
        ['two', 2],
      ])('%s', (word: string, number: number) => ran.push(word + number));
    });
  });
  globals.file('b.test.ts', () => globals.test('three', () => ran.push('three')));
  expect(globals.registered.map(({ name }) => name)).toEqual([
    'a.test.ts of x (1) one (1)',
    'a.test.ts of x (1) two (2)',
    'b.test.ts three',
  ]);
  for (const { run } of globals.registered) await run();
  expect(ran).toEqual(['hook', 'one1', 'hook', 'two2', 'three']);
});
