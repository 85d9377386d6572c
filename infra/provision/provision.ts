import { CommandError } from '../commands/shared/command-error.ts';
import { type ProvisionOptions, readArguments, usage } from './arguments.ts';
import { readDirectory } from './directory.ts';
import { provisionDirectory } from './provision-directory.ts';
import { provisionOnDemand } from './provision-on-demand.ts';
import { RequestRefusedError } from './request-refused-error.ts';
import { readState } from './state.ts';
import { stateKey } from './state-path.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * The connector stand-in: does to a SCIM service what Entra does with a directory. Returns the exit code: 0, 1 where something
 * failed, 130 where it was stopped.
 */
export async function provision(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    const options = readArguments(argv);
    if (options !== 'help') return await run(options, surroundings);
    surroundings.output.write(`${usage}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof RequestRefusedError)) throw error;
    surroundings.errors.write(`${error.message}\n`);
    return 1;
  }
}

async function run(options: ProvisionOptions, surroundings: Surroundings): Promise<number> {
  const users = await readDirectory(options.directory);
  const state = await readState(options.state, stateKey(options.tenantUrl, options.token));
  const { onDemand } = options;
  if (onDemand !== undefined) return provisionOnDemand({ ...options, onDemand }, users, state, surroundings);
  return provisionDirectory(options, users, state, surroundings);
}
