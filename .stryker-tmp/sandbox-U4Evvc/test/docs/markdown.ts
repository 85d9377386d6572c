// @ts-nocheck
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the project. */
export const project = join(import.meta.dirname, '../..');

/** The text of a page, by its path in the project. */
export const readPage = (path: string): string => readFileSync(join(project, path), 'utf8');

/** A row of a table: heading of the column -> text of the cell, without backticks and without where links lead. */
export type Cells = Readonly<Record<string, string>>;

/** The first table below a heading. Throws where there is no such heading or no table below it. */
export function tableBelow(page: string, heading: string): readonly Cells[] {
  const lines = page.split('\n');
  const at = lines.findIndex((line) => /^#{1,6} /.test(line) && line.replace(/^#+ /, '') === heading);
  const begin = at < 0 ? -1 : lines.findIndex((line, index) => index > at && line.startsWith('|'));
  if (begin < 0) throw new Error(`The page has no table below the heading "${heading}".`);
  const length = lines.slice(begin).findIndex((line) => !line.startsWith('|'));
  const [headings = [], , ...rows] = lines.slice(begin, length < 0 ? undefined : begin + length).map(cellsOf);
  return rows.map((row) => Object.fromEntries(headings.map((name, column) => [name, row[column] ?? ''])));
}

/** A pipe that is part of a cell is written "\|". */
const cellsOf = (line: string): readonly string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'))
    .map((cell) => cell.trim().replaceAll('`', '').replaceAll('\\|', '|'));

/** The page without its code blocks and code spans, in which nothing is a link or a heading. */
export const withoutCode = (page: string): string => page.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
