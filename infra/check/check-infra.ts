import { inParallel } from '../commands/shared/in-parallel.ts';
import type { Output } from '../commands/shared/output.ts';
import { bicepAt, findBicep } from './bicep.ts';
import { roundsOf, type Step } from './steps.ts';

const NO_BICEP =
  'There is no Bicep CLI on the PATH: install it (https://aka.ms/bicep-install), or set BICEP to where it is, such as ~/.azure/bin/bicep after az bicep install.';

/** What the check needs from outside. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder with main.bicep. */
  readonly folder: string;
  readonly output: Output;
  readonly errors: Output;
}

/** `npm run check:infra [-- --update]`: every step with the real Bicep CLI, two at a time. Gives the exit code. */
export async function checkInfra(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const unknown = args.find((arg) => arg !== '--update');
  if (unknown !== undefined) return refuse(surroundings, `${unknown} is unknown: there is only --update.`);
  const program = findBicep(surroundings.environment);
  if (program === undefined) return refuse(surroundings, NO_BICEP);
  const bicep = bicepAt(program, surroundings.folder);
  const version = await bicep('--version');
  if (!version.isWell) return refuse(surroundings, `${program} is not a Bicep CLI that runs here. Set BICEP to one.`);
  surroundings.output.write(`${version.output.trim()}\n`);
  return runAll(roundsOf({ bicep, folder: surroundings.folder, update: args.length > 0 }), surroundings.output);
}

function refuse({ errors }: Surroundings, sentence: string): number {
  errors.write(`${sentence}\n`);
  return 1;
}

async function runAll(rounds: readonly (readonly Step[])[], output: Output): Promise<number> {
  for (const round of rounds) {
    const failed = await runRound(round, output);
    if (failed > 0) {
      output.write(`${failed} failed.\n`);
      return 1;
    }
  }
  output.write('Everything holds.\n');
  return 0;
}

async function runRound(steps: readonly Step[], output: Output): Promise<number> {
  let failed = 0;
  await inParallel(steps, 2, new AbortController().signal, async ({ title, run }) => {
    const wrong = await run();
    if (wrong !== '') failed += 1;
    output.write(wrong === '' ? `ok      ${title}\n` : `failed  ${title}\n${wrong}\n`);
  });
  return failed;
}
