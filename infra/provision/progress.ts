import type { Output } from '../commands/shared/output.ts';

export interface Progress {
  readonly advance: () => void;
  readonly end: () => void;
}

const width = 30;

/** A bar that fills in place; nothing where the output is not a terminal. */
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
  const filled = Math.round((width * done) / total);
  return `[${'█'.repeat(filled)}${'░'.repeat(width - filled)}] ${done}/${total}`;
}
