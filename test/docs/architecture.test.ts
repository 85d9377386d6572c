import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from '@jest/globals';
import { project, readPage } from './markdown.ts';

const page = readPage('docs/architecture.md');
const filesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => posix.join('docs', link));

/** The numbered steps of one PATCH, each as the files that it names. */
const stops = [...page.matchAll(/^\d+\. .*(?:\n {3}.*)*/gm)].map(([stop]) => filesIn(stop));

test('every file that the page names exists', () => {
  const files = filesIn(page);
  expect(files.length).toBeGreaterThan(30);
  expect(files.filter((file) => !existsSync(join(project, file)))).toEqual([]);
});

test('a PATCH has about ten steps, and functions/main.ts imports the files of each, directly or indirectly', () => {
  expect(stops.length).toBeGreaterThanOrEqual(8);
  expect(stops.length).toBeLessThanOrEqual(12);
  const onTheWay = reachableFrom('functions/main.ts');
  expect(stops.flat().filter((file) => !onTheWay.has(file))).toEqual([]);
});

function reachableFrom(entry: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    const code = readFileSync(join(project, file), 'utf8');
    for (const [, specifier = ''] of code.matchAll(/from '(\.[^']+\.ts)'/g))
      visit(posix.join(posix.dirname(file), specifier));
  };
  visit(entry);
  return reached;
}
