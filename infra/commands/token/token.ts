import { CommandError } from '../console/command-error.ts';
import { type ChangeOptions, type ListOptions, readArguments, usage } from './arguments.ts';
import { issue } from './issue.ts';
import { list } from './list.ts';
import { revoke } from './revoke.ts';
import { rotate } from './rotate.ts';
import type { Surroundings } from './surroundings.ts';
import { openVault } from './vault.ts';

const changes = { issue, rotate, revoke } as const;

/** The operator's hand on the tenants' tokens. Returns the exit code: 0, or 1 where nothing or not everything was done. */
export async function token(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    const options = readArguments(argv, surroundings.environment);
    if (options === 'help') surroundings.output.write(`${usage}\n`);
    else await run(options, surroundings);
    return 0;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    surroundings.errors.write(`${error.message}\n`);
    return 1;
  }
}

async function run(options: ListOptions | ChangeOptions, surroundings: Surroundings): Promise<void> {
  const vault = openVault(options.vault, surroundings);
  if (options.action === 'list') await list(options, vault, surroundings);
  else await changes[options.action](options, vault, surroundings);
}
