import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { type Figure, show, verdictOf } from './figure.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const RESULT = join(DOCS, 'performance.json');
const PAGE = join(DOCS, 'performance.md');

/** When and where a run was made. */
export interface Run {
  readonly date: string;
  readonly node: string;
  readonly machine: string;
  /** How many processes wanted a core in the minute before: figures of a busy machine are higher. */
  readonly loadBefore: number;
}

/** Describes the run that begins now. */
export const describeRun = (): Run => ({
  date: new Date().toISOString(),
  node: process.version,
  machine: `${cpus().length} cores, ${cpus()[0]?.model.trim() ?? 'unknown'}`,
  loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
});

/** One figure as lines to print, its details below it. */
export function render(figure: Figure): string {
  const { name, unit, value, goal, floor, details = {} } = figure;
  const withUnit = (number: number): string => `${show(number)} ${unit}`.trim();
  const parts = [
    withUnit(value),
    ...(goal === undefined ? [] : [`goal ${withUnit(goal)}: ${verdictOf(figure)}`]),
    ...(floor === undefined ? [] : [`the machine's floor ${withUnit(floor)}`]),
  ];
  const lines = Object.entries(details).map(([key, text]) => `    ${key}: ${text}`);
  return [`${name}: ${parts.join(' · ')}`, ...lines].join('\n');
}

/** Keeps a run as the last one: in performance.json, and as the table in performance.md. */
export function keep(run: Run, figures: readonly Figure[]): void {
  writeFileSync(RESULT, `${JSON.stringify({ ...run, figures }, null, 2)}\n`);
  const page = readFileSync(PAGE, 'utf8');
  writeFileSync(
    PAGE,
    page.replace(/(?<=<!-- last run -->\n).*(?=<!-- end -->)/s, () => table(run, figures)),
  );
}

function table({ date, node, machine, loadBefore }: Run, figures: readonly Figure[]): string {
  const rows = figures.map(
    (figure) =>
      `| ${figure.name} | ${show(figure.value)} ${figure.unit} | ${figure.goal ?? ''} | ${figure.floor === undefined ? '' : show(figure.floor)} | ${verdictOf(figure)} |`,
  );
  return [
    '',
    `${date.slice(0, 10)}, Node ${node}, ${machine}, load before the run ${loadBefore}.`,
    '',
    "| figure | measured | goal | the machine's floor | |",
    '|---|---|---|---|---|',
    ...rows,
    '',
    '',
  ].join('\n');
}
