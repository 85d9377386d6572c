import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

const DOCS = join(import.meta.dirname, '../../docs');
const RESULT = join(DOCS, 'performance.json');
const PAGE = join(DOCS, 'performance.md');

/** One measured figure of the budget. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** The maximum that meets the goal; undefined if the figure has no goal. */
  readonly goal?: number;
  /** The same measurement without the service, from the same run. */
  readonly floor?: number;
  /** The parts of the figure, each with its unit. */
  readonly details?: Readonly<Record<string, string>>;
}

export type Verdict = 'met' | 'missed' | '';

/** Whether a figure meets its goal; an empty string if it has none. */
export const verdictOf = ({ value, goal }: Figure): Verdict =>
  goal === undefined ? '' : value <= goal ? 'met' : 'missed';

/** A number with three significant digits. */
export const show = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** Milliseconds as text. */
export const ms = (value: number): string => `${value.toFixed(3)} ms`;

/**
 * The smallest value of all rounds: the round that other work on the machine disturbed least. Garbage collection is part of every round.
 */
export const least = (values: readonly number[]): number => Math.min(...values);

/** The median; for an even number of values, the upper of the two middle ones. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** By how many percent the second value is larger than the first. */
export const growth = (small: number, large: number): number => (large / small - 1) * 100;

/** When and where a run took place. */
export interface Run {
  readonly date: string;
  readonly node: string;
  readonly machine: string;
  /** The machine's load average over the minute before the run. Figures of a busy machine are higher. */
  readonly loadBefore: number;
}

/** Describes the run that starts now. */
export const describeRun = (): Run => ({
  date: new Date().toISOString(),
  node: process.version,
  machine: `${cpus().length} cores, ${cpus()[0]?.model.trim() ?? 'unknown'}`,
  loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
});

/** One figure as lines of text, followed by its details. */
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

/** Saves a run as the last one: in performance.json, and as the table in performance.md. */
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
