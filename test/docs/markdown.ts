import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the project. */
export const project = join(import.meta.dirname, '../..');

/** The text of the page with this path in the project. */
export const readPage = (path: string): string => readFileSync(join(project, path), 'utf8');

/** A row of a table: the text of each cell by the heading of its column, without backticks and link targets. */
export type Cells = Readonly<Record<string, string>>;

/** The first table below a heading. Throws if there is no such heading, or no table below it. */
export function tableBelow(page: string, heading: string): readonly Cells[] {
  const lines = page.split('\n');
  const at = lines.findIndex((line) => /^#{1,6} /.test(line) && line.replace(/^#+ /, '') === heading);
  const begin = at < 0 ? -1 : lines.findIndex((line, index) => index > at && line.startsWith('|'));
  if (begin < 0) throw new Error(`The page has no table below the heading "${heading}".`);
  const length = lines.slice(begin).findIndex((line) => !line.startsWith('|'));
  const [headings = [], , ...rows] = lines.slice(begin, length < 0 ? undefined : begin + length).map(cellsOf);
  return rows.map((row) => Object.fromEntries(headings.map((name, column) => [name, row[column] ?? ''])));
}

/** In Markdown, a pipe inside a cell is written as "\|". */
const cellsOf = (line: string): readonly string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'))
    .map((cell) => cell.trim().replaceAll('`', '').replaceAll('\\|', '|'));

/** The page without code blocks and code spans, because they contain no links or headings. */
export const withoutCode = (page: string): string => page.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
