/** A stream to which a command writes, such as process.stdout. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** A date as text: `2026-11-30 14:05 UTC`. */
export const showDate = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** `1 row`, `2 rows`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The rows as lines with aligned columns. The first row contains the headings. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lineOf = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${lineOf(row)}\n`).join('');
}

/** A progress bar. */
export interface Progress {
  readonly advance: () => void;
  readonly end: () => void;
}

const BAR_WIDTH = 30;

/** Draws a progress bar. If the output is not a terminal, it writes nothing. */
export function showProgress(output: Output, total: number): Progress {
  if (!output.isTTY || total === 0) return { advance() {}, end() {} };
  let done = 0;
  const draw = () => output.write(`\r${barOf(done, total)}`);
  draw();
  return {
    advance() {
      done += 1;
      draw();
    },
    end: () => output.write('\n\n'),
  };
}

function barOf(done: number, total: number): string {
  const filled = Math.round((BAR_WIDTH * done) / total);
  return `[${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}] ${done}/${total}`;
}
