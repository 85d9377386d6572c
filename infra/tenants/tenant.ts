import { command } from '../commands/shared/command.ts';
import { services } from '../commands/shared/services.ts';
import { openVault } from '../tokens/vault.ts';
import { type EraseOptions, type ListOptions, readArguments, usage } from './arguments.ts';
import { erase } from './erase.ts';
import { list } from './list.ts';
import type { Surroundings } from './surroundings.ts';
import { openTable } from './tables.ts';

/** Shows the tenants, or erases one. Returns the exit code: 0, or 1 where something was refused or is not finished. */
export const tenant = command({ usage, readArguments, run });

async function run(options: ListOptions | EraseOptions, surroundings: Surroundings): Promise<void> {
  const vault = options.vault === undefined ? undefined : openVault(options.vault, surroundings);
  const tables = services.map((service) => openTable(options.tables, service, surroundings));
  if (options.action === 'list') await list(tables, vault, surroundings);
  else await erase(options, tables, vault, surroundings);
}
