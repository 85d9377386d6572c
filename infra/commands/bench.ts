import { measureBudget } from '../bench/bench.ts';
import { showCapacity } from '../bench/capacity.ts';
import { full, quick } from '../bench/sizes.ts';
import { type Context, command, processContext, runProgram } from './shared/command.ts';
import { UsageError } from './shared/command-error.ts';

const commandLine = {
  name: 'bench',
  synopsis: ['[--quick] [--seconds <number>]', 'capacity'],
  options: {
    quick: {
      flag: true,
      help: 'run a short benchmark with small directories, as a test; its figures are rough and are not saved',
    },
    seconds: {
      help: `how long the ${full.clients} parallel clients run (default: ${full.seconds})`,
      read: readSeconds,
    },
  },
  notes:
    '  capacity    prints how many banks one deployment can hold (the table in docs/capacity.md), without measuring',
} as const;

/** Prints how much one deployment can hold. Resolves to the exit code. */
export const capacity = command(
  { name: 'bench', synopsis: ['capacity'], options: {} },
  async (_values, { output }: Context) => showCapacity(output),
);

function readSeconds(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (seconds > 0) return seconds;
  throw new UsageError(`${option} must be a number above 0.`);
}

/** Measures the performance budget. Resolves to the exit code: 0, or 1 if a figure misses its goal. */
export const bench = command(commandLine, ({ quick: isQuick, seconds: given }, { output }: Context) => {
  const sizes = isQuick ? quick : full;
  const seconds = given ?? sizes.seconds;
  return measureBudget({ ...sizes, seconds, keep: !isQuick && seconds >= full.seconds }, output);
});

if (import.meta.main)
  void runProgram((argv) =>
    argv[0] === 'capacity' ? capacity(argv.slice(1), processContext) : bench(argv, processContext),
  );
