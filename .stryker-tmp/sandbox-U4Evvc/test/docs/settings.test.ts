// @ts-nocheck
import { expect, test } from '@jest/globals';
import { readPage, tableBelow } from './markdown.ts';

const documented = tableBelow(readPage('README.md'), 'Settings').map(({ name }) => name);

test('the README has every setting that the code reads, and no other', () => {
  const read = [readPage('shared/config.ts'), readPage('infra/local/settings.ts')].flatMap(settingsIn);
  expect(documented.toSorted()).toEqual([...new Set(read)].sort());
});

/** Names of settings as the code has them: env['NAME'], required(env, 'NAME'), { NAME: text }. */
const settingsIn = (source: string): readonly string[] => source.match(/\b(SCIM|AZURE)_[A-Z_]*[A-Z]\b|\bPORT\b/g) ?? [];
