import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenCredential } from '@azure/identity';
import { ConfigError, refuseMisspelt } from '../../../shared/config.ts';
import { CommandError, UsageError } from './command-error.ts';
import { type CommandLine, type Environment, parseOptions, usageOf, type Values } from './options.ts';
import type { Output } from './output.ts';

/** What every command has of the process that it runs in. */
export interface Context {
  readonly output: Output;
  readonly errors: Output;
  readonly environment: Environment;
}

/** What a command has besides that reads or changes an environment in Azure. */
export interface AzureContext extends Context {
  readonly now: () => Date;
  /** The caller's own sign-in to Azure. */
  readonly credential: () => TokenCredential;
}

/** This process, as the context of the command that it runs. */
export const processContext = {
  output: process.stdout,
  errors: process.stderr,
  environment: process.env,
  now: () => new Date(),
  /** Resolves after so many seconds; rejects as soon as the signal is aborted. */
  wait: (seconds: number, signal?: AbortSignal) => sleep(seconds * 1000, undefined, signal && { signal }),
} as const;

/**
 * Makes a command of its declared command line and of what it does, which resolves to the exit code where that is not 0. What went wrong is
 * one sentence, with a stack only where it is a bug; `failed` is the exit code then. The command resolves to its exit code.
 */
export function command<
  Declared extends CommandLine['options'],
  Action extends string = never,
  Within extends Context = Context,
>(
  line: CommandLine<Declared, Action>,
  run: (values: Values<Declared, Action>, context: Within) => Promise<unknown>,
  failed = 1,
) {
  return async (argv: readonly string[], context: Within): Promise<number> => {
    try {
      refuseMisspelt(context.environment);
      const values = parseOptions(line, argv, context.environment);
      if (values !== 'help') return codeOf(await run(values, context));
      context.output.write(`${usageOf(line)}\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof CommandError || error instanceof ConfigError)) throw error;
      context.errors.write(`${error.message}\n${error instanceof UsageError ? `${usageOf(line)}\n` : ''}`);
      return failed;
    }
  };
}

const codeOf = (outcome: unknown): number => (typeof outcome === 'number' ? outcome : 0);

/** Runs a command as the program of this process. It ends without a word where whoever reads its output has stopped, as `head` does. */
export async function runProgram(run: (argv: readonly string[]) => Promise<number>): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(1);
  });
  process.exitCode = await run(process.argv.slice(2));
}
