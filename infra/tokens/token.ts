import { command } from '../commands/shared/command.ts';
import { type ChangeOptions, type ListOptions, readArguments, usage } from './arguments.ts';
import { issue } from './issue.ts';
import { list } from './list.ts';
import { revoke } from './revoke.ts';
import { rotate } from './rotate.ts';
import type { Surroundings } from './surroundings.ts';
import { openVault } from './vault.ts';

const changes = { issue, rotate, revoke } as const;

/** The operator's hand on the tenants' tokens. Returns the exit code: 0, or 1 where nothing or not everything was done. */
export const token = command({ usage, readArguments, run });

async function run(options: ListOptions | ChangeOptions, surroundings: Surroundings): Promise<void> {
  const vault = openVault(options.vault, surroundings);
  if (options.action === 'list') await list(options, vault, surroundings);
  else await changes[options.action](options, vault, surroundings);
}
