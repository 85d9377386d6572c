import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenCredential } from '@azure/identity';
import { ConfigError, refuseMisspelt } from '../../../shared/config.ts';
import { CommandError, UsageError } from './command-error.ts';
import { type CommandLine, type Environment, parseOptions, usageOf, type Values } from './options.ts';
import type { Output } from './output.ts';

/** What every command gets from the process that it runs in. */
export interface Context {
  readonly output: Output;
  readonly errors: Output;
  readonly environment: Environment;
}

/** The context of a command that reads or changes an environment in Azure. */
export interface AzureContext extends Context {
  readonly now: () => Date;
  /** The caller's own sign-in to Azure. */
  readonly credential: () => TokenCredential;
}

/** The context of a command that runs as the program of this process. */
export const processContext = {
  output: process.stdout,
  errors: process.stderr,
  environment: process.env,
  now: () => new Date(),
  /** Resolves after that many seconds; rejects as soon as the signal is aborted. */
  wait: (seconds: number, signal?: AbortSignal) => sleep(seconds * 1000, undefined, signal && { signal }),
} as const;

/**
 * Makes a command from its declared command line and the function that runs it. The function resolves to the exit code; any other value means 0.
 * If it throws a CommandError or ConfigError, the command writes the message and resolves to the exit code `failed`. Any other error is a bug, and is rethrown.
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

/** Runs a command as the program of this process. If the reader of its output (such as `head`) closes the pipe, the process exits without a message. */
export async function runProgram(run: (argv: readonly string[]) => Promise<number>): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(1);
  });
  process.exitCode = await run(process.argv.slice(2));
}
