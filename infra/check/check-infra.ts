import { CommandError } from '../commands/shared/command-error.ts';
import { inParallel } from '../commands/shared/in-parallel.ts';
import type { Environment } from '../commands/shared/options.ts';
import type { Output } from '../commands/shared/output.ts';
import { bicepAt, findBicep } from './bicep.ts';
import { roundsOf, type Step } from './steps.ts';

const NO_BICEP =
  'There is no Bicep CLI on the PATH: install it (https://aka.ms/bicep-install), or set BICEP to its path, such as ~/.azure/bin/bicep after az bicep install.';

/** What the check gets from its command. */
interface CheckContext {
  readonly environment: Environment;
  /** The folder with main.bicep. */
  readonly folder: string;
  readonly output: Output;
}

/**
 * Runs every check with the real Bicep CLI, two at a time. With `update`, it writes the snapshots instead of comparing them. Resolves to the
 * exit code: 0, or 1 if a check failed. Throws CommandError if there is no Bicep CLI.
 */
export async function checkInfra(update: boolean, { environment, folder, output }: CheckContext): Promise<number> {
  const program = findBicep(environment);
  if (program === undefined) throw new CommandError(NO_BICEP);
  const bicep = bicepAt(program, folder);
  const version = await bicep('--version');
  if (!version.succeeded)
    throw new CommandError(`${program} is not a Bicep CLI that runs on this machine. Set BICEP to one that does.`);
  output.write(`${version.output.trim()}\n`);
  return runAll(roundsOf({ bicep, folder, update }), output);
}

async function runAll(rounds: readonly (readonly Step[])[], output: Output): Promise<number> {
  for (const round of rounds) {
    const failed = await runRound(round, output);
    if (failed > 0) {
      output.write(`${failed} failed.\n`);
      return 1;
    }
  }
  output.write('All checks passed.\n');
  return 0;
}

async function runRound(steps: readonly Step[], output: Output): Promise<number> {
  let failed = 0;
  await inParallel(steps, { width: 2 }, async ({ title, run }) => {
    const wrong = await run();
    if (wrong !== '') failed += 1;
    output.write(wrong === '' ? `ok      ${title}\n` : `failed  ${title}\n${wrong}\n`);
  });
  return failed;
}
