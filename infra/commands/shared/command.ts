import { ConfigError } from '../../../shared/config.ts';
import { CommandError } from './command-error.ts';
import type { Output } from './output.ts';

/** What every command needs of the process that it runs in. */
export interface CommandSurroundings {
  readonly output: Output;
  readonly errors: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

interface Parts<Options, Surroundings> {
  readonly usage: string;
  /** Reads the command line; 'help' where it asks for that. Throws CommandError. */
  readonly readArguments: (
    argv: readonly string[],
    environment: CommandSurroundings['environment'],
  ) => Options | 'help';
  /** Resolves to the exit code where it is not 0. Throws CommandError. */
  readonly run: (options: Options, surroundings: Surroundings) => Promise<unknown>;
  /** The exit code of what could not be done; 1 unless said otherwise. */
  readonly failed?: number;
}

/** Makes a command of its parts: what went wrong is one sentence, and a stack only where it is a bug. It resolves to the exit code. */
export function command<Options, Surroundings extends CommandSurroundings>(parts: Parts<Options, Surroundings>) {
  const { usage, readArguments, run, failed = 1 } = parts;
  return async (argv: readonly string[], surroundings: Surroundings): Promise<number> => {
    try {
      const options = readArguments(argv, surroundings.environment);
      if (options !== 'help') return codeOf(await run(options, surroundings));
      surroundings.output.write(`${usage}\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof CommandError || error instanceof ConfigError)) throw error;
      surroundings.errors.write(`${error.message}\n`);
      return failed;
    }
  };
}

const codeOf = (outcome: unknown): number => (typeof outcome === 'number' ? outcome : 0);
