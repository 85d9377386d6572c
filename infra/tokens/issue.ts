import { newToken } from '../../shared/auth/token.ts';
import { secretName } from '../../shared/auth/token-vault.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { dateAfter } from '../commands/shared/duration.ts';
import type { ChangeOptions } from './arguments.ts';
import { handOver } from './hand-over.ts';
import { isUsable } from './state.ts';
import type { Surroundings } from './surroundings.ts';
import { nameIsTaken, type Vault } from './vault.ts';

/** Makes a token for each service; where one of them has a token already, none is made. */
export async function issue(options: ChangeOptions, vault: Vault, surroundings: Surroundings): Promise<void> {
  for (const service of options.services) await refuseExisting(service, options.tenant, vault, surroundings.now());
  for (const service of options.services) await makeToken(service, options, vault, surroundings);
}

async function refuseExisting(service: string, tenant: string, vault: Vault, now: Date): Promise<void> {
  const name = secretName(service, tenant);
  const versions = await vault.versions(name);
  if (versions.some((version) => isUsable(version, now))) {
    throw new CommandError(
      `${tenant} has a token for ${service} already: say rotate for a new one, or revoke first. No token was made.`,
    );
  }
  if (versions.length === 0 && (await vault.deletedOn(name))) throw nameIsTaken(vault.uri, name);
}

/** Adds a version with a new token, and prints the token. */
export async function makeToken(
  service: string,
  { tenant, expires }: ChangeOptions,
  vault: Vault,
  surroundings: Surroundings,
): Promise<void> {
  const expiresOn = expires === undefined ? undefined : dateAfter(expires, surroundings.now(), '--expires');
  const token = newToken(tenant);
  await vault.add(secretName(service, tenant), token, expiresOn);
  handOver({ service, tenant, token, expiresOn }, surroundings);
}
