import { secretName } from '../../shared/auth/token-vault.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import type { TokenChange } from './issue.ts';
import type { SecretVersion } from './secret-version.ts';
import type { Vault, VaultContext } from './vault.ts';

/** How long a token can be accepted after it was disabled: see remembered.ts of the service. */
const afterwards = `Instances of the service remember what the vault said, so they may accept a disabled token for up to 5 minutes more, and an
instance that cannot reach the vault for up to 1 hour. To end it at once, restart the function app.
What the tenant provisioned stays: npm run tenant -- erase removes that.`;

/** Disables every version of the tenant's secrets. A service without a secret does not keep the others from being revoked. */
export async function revoke({ services, tenant }: TokenChange, vault: Vault, { output }: VaultContext): Promise<void> {
  const secrets = await Promise.all(
    services.map(async (service) => ({ service, versions: await vault.versions(secretName(service, tenant)) })),
  );
  if (secrets.every(({ versions }) => versions.length === 0))
    throw new CommandError(`${tenant} has no token for ${services.join(' or ')}: there is nothing to revoke.`);
  for (const { service, versions } of secrets) {
    const count = await disableAll(secretName(service, tenant), versions, vault);
    output.write(`${tenant}, ${service}: ${wordsFor(versions, count)}.\n`);
  }
  output.write(`${afterwards}\n`);
}

function wordsFor(versions: readonly SecretVersion[], disabled: number): string {
  if (versions.length === 0) return 'has no token';
  if (disabled === 0) return 'was revoked already';
  return `revoked, ${disabled} ${disabled === 1 ? 'token' : 'tokens'} disabled`;
}

/** Disables the versions that are not disabled yet, and returns how many those were. */
export async function disableAll(name: string, versions: readonly SecretVersion[], vault: Vault): Promise<number> {
  const enabled = versions.filter(({ isEnabled }) => isEnabled);
  for (const { version } of enabled) await vault.disable(name, version);
  return enabled.length;
}
