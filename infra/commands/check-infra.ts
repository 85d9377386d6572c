import { join } from 'node:path';
import { checkInfra as check } from '../check/check-infra.ts';
import { type Context, command, processContext, runProgram } from './shared/command.ts';

const commandLine = {
  name: 'check:infra',
  synopsis: ['[--update]'],
  options: { update: { flag: true, help: 'write the snapshots instead of comparing them' } },
} as const;

/** Checks the Bicep files with the real Bicep CLI. Resolves to the exit code: 0, or 1 if a check fails. */
export const checkInfra = command(
  commandLine,
  ({ update }, context: Context & { /** The folder of main.bicep. */ readonly folder: string }) =>
    check(update, context),
);

if (import.meta.main)
  void runProgram((argv) => checkInfra(argv, { ...processContext, folder: join(import.meta.dirname, '..') }));
