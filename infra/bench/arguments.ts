import { parseArgs } from 'node:util';
import { CommandError } from '../commands/shared/command-error.ts';

/** How much is measured. */
export interface Sizes {
  /** Users of the small and of the large directory. */
  readonly small: number;
  readonly large: number;
  /** How often each kind of request is measured, how many requests each time, and how many are in flight. */
  readonly rounds: number;
  readonly requests: number;
  readonly inFlight: number;
  /** Fresh processes for each figure of the start. */
  readonly starts: number;
  /** Parallel clients, and how long they go on, in seconds. */
  readonly clients: number;
  readonly seconds: number;
}

export interface BenchOptions extends Sizes {
  /** Only a full run is kept as the last result. */
  readonly keep: boolean;
}

export const usage = `Usage: npm run bench -- [--quick] [--seconds <number>]
  --quick     a short run with small sizes: it shows that all works, its figures are rough and not kept
  --seconds   how long the 200 parallel clients go on: 60 unless said otherwise`;

const full: Sizes = {
  small: 2_000,
  large: 20_000,
  rounds: 7,
  requests: 1_000,
  inFlight: 8,
  starts: 15,
  clients: 200,
  seconds: 60,
};

const quick: Sizes = {
  small: 100,
  large: 1_000,
  rounds: 2,
  requests: 100,
  inFlight: 8,
  starts: 3,
  clients: 50,
  seconds: 3,
};

/** Reads the command line; 'help' where it asks for that. Throws CommandError. */
export function readArguments(argv: readonly string[]): BenchOptions | 'help' {
  const values = parse(argv);
  if (values.help) return 'help';
  const sizes = values.quick ? quick : full;
  const seconds = values.seconds === undefined ? sizes.seconds : Number(values.seconds);
  if (!(seconds > 0)) throw new CommandError(`--seconds has to be a number above 0.\n${usage}`);
  return { ...sizes, seconds, keep: !values.quick && seconds >= full.seconds };
}

function parse(argv: readonly string[]) {
  try {
    const options = { quick: { type: 'boolean' }, seconds: { type: 'string' }, help: { type: 'boolean' } } as const;
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    const { message } = error as Error; // parseArgs throws nothing else
    throw new CommandError(`${message.split(/\.\s/)[0]}.\n${usage}`);
  }
}
