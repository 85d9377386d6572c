import { globSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { project, readPage, tableBelow } from './markdown.ts';

const documented = tableBelow(readPage('README.md'), 'Settings').map(({ name }) => name);

test('the README has every setting that the code reads, and no other', () => {
  const read = ['shared/config.ts', 'shared/config/misspelt.ts', 'infra/local/settings.ts']
    .map(readPage)
    .flatMap(settingsIn);
  expect(documented.toSorted()).toEqual([...new Set(read)].sort());
});

/** The names of settings in the forms that the code uses: env['NAME'], required(env, 'NAME'), { NAME: text }. */
const settingsIn = (source: string): readonly string[] => source.match(/\b(SCIM|AZURE)_[A-Z_]*[A-Z]\b|\bPORT\b/g) ?? [];

test('the check for misspelt settings knows every setting that the code reads', () => {
  const known = settingsIn(readPage('shared/config/misspelt.ts'));
  const sources = globSync('{shared,infra,functions}/**/*.ts', { cwd: project }).map((file) => readPage(file));
  const read = sources.flatMap((source) => source.match(/(?<=')SCIM_[A-Z_]+(?=')/g) ?? []);
  expect(read.length).toBeGreaterThan(20);
  expect([...new Set(read)].filter((name) => !known.includes(name))).toEqual([]);
});
