import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { project, readPage } from './markdown.ts';

const folder = 'docs/decisions';
const pages = globSync('*.md', { cwd: join(project, folder) }).filter((page) => page !== 'README.md');

test.each(pages)('%s has the sections of a decision', (page) => {
  const headings = [...readPage(`${folder}/${page}`).matchAll(/^#+ .*$/gm)].map(([heading]) => heading);
  expect(headings.slice(1)).toEqual(['## What was considered', '## What decided it', '## What would change it']);
});

test('the index lists every decision', () => {
  const listed = [...readPage(`${folder}/README.md`).matchAll(/^\| \[.*?\]\((.*?)\)/gm)].map(([, page = '']) => page);
  expect(listed.toSorted()).toEqual(pages.toSorted());
});
