// @ts-nocheck
import { existsSync, globSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from '@jest/globals';
import { project, readPage, withoutCode } from './markdown.ts';

const pages = globSync('**/*.md', { cwd: project, exclude: (name) => name === 'node_modules' || name === 'dist' });

test.each(pages.sort())('every link in %s points to something that exists', (page) => {
  expect(linksIn(page).filter((link) => !exists(page, link))).toEqual([]);
});

/** The targets of the page's links inside the project. */
const linksIn = (page: string): readonly string[] =>
  [...withoutCode(readPage(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

function exists(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path));
  return existsSync(join(project, target)) && (anchor === undefined || anchorsIn(target).includes(anchor));
}

/** The anchors that GitHub gives to the headings of a page. */
const anchorsIn = (page: string): readonly string[] =>
  [
    ...readPage(page)
      .replace(/^```[\s\S]*?^```$/gm, '')
      .matchAll(/^#{1,6} (.*)$/gm),
  ].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
