import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { CommandError } from './command-error.ts';

/** Reads a command line by its declared options. Throws CommandError with the usage for an option that is not declared or has no value. */
export function parseOptions<Options extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  options: Options,
  usage: string,
) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    const { message } = error as Error; // parseArgs throws nothing else
    const [sentence] = message.split(/\.\s/);
    throw new CommandError(`${sentence}.\n${usage}`);
  }
}

/** The same for a command that takes options only. */
export function parseOnlyOptions<Options extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  options: Options,
  usage: string,
) {
  const { values, positionals } = parseOptions(argv, options, usage);
  if (positionals.length === 0) return values;
  throw new CommandError(`There is a value without an option before it.\n${usage}`);
}
