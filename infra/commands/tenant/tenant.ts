import { CommandError } from '../console/command-error.ts';
import { services } from '../console/services.ts';
import { openVault } from '../token/vault.ts';
import { type EraseOptions, type ListOptions, readArguments, usage } from './arguments.ts';
import { erase } from './erase.ts';
import { list } from './list.ts';
import type { Surroundings } from './surroundings.ts';
import { openTable } from './tables.ts';

/** Shows the tenants, or erases one. Returns the exit code: 0, or 1 where something was refused or is not finished. */
export async function tenant(argv: readonly string[], surroundings: Surroundings): Promise<number> {
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

async function run(options: ListOptions | EraseOptions, surroundings: Surroundings): Promise<void> {
  const vault = options.vault === undefined ? undefined : openVault(options.vault, surroundings);
  const tables = services.map((service) => openTable(options.tables, service, surroundings));
  if (options.action === 'list') await list(tables, vault, surroundings);
  else await erase(options, tables, vault, surroundings);
}
