import { EVERY_SERVICE, secretName } from '../../shared/auth/token-vault.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { tokenScopes } from '../commands/shared/option-values.ts';
import { type TokenChange, wordsFor } from './issue.ts';
import { readSecrets } from './list.ts';
import { isUsable, type SecretVersion } from './secret-version.ts';
import type { Vault, VaultContext } from './vault.ts';

/** How long a token can be accepted after it was disabled: see remembered.ts of the service. */
const afterwards = `Instances of the service remember what the vault said, so they may accept a disabled token for up to 5 minutes more, and an
instance that cannot reach the vault for up to 1 hour more. To end it at once, restart the function app.
What the tenant provisioned stays: npm run tenant -- erase removes that.`;

/**
 * Disables every version of the tenant's secrets of these scopes. A scope without a secret does not keep the others from being revoked. Says what
 * still opens a service that they opened.
 */
export async function revoke(
  { scopes, tenant, confirm }: TokenChange,
  vault: Vault,
  context: VaultContext,
): Promise<void> {
  const { output, now } = context;
  const secrets = await readSecrets(vault, tokenScopes, tenant);
  const versionsOf = (scope: string) => secrets.find((secret) => secret.scope === scope)?.versions ?? [];
  if (scopes.every((scope) => versionsOf(scope).length === 0))
    throw new CommandError(
      `${tenant} has no token for ${scopes.map(wordsFor).join(' or ')}: there is nothing to revoke.`,
    );
  const enabled = scopes.flatMap(versionsOf).filter(({ isEnabled }) => isEnabled).length;
  if (enabled > 0) await confirm(questionOf(enabled, tenant, scopes));
  for (const scope of scopes) {
    const versions = versionsOf(scope);
    const count = await disableAll(secretName(scope, tenant), versions, vault);
    output.write(`${tenant}, ${wordsFor(scope)}: ${whatWasDone(versions, count)}.\n`);
  }
  for (const scope of overlapping(scopes)) {
    if (!versionsOf(scope).some((version) => isUsable(version, now()))) continue;
    output.write(
      `Still accepted: the token of ${tenant} for ${wordsFor(scope)}; revoke --service ${scope} ends it too.\n`,
    );
  }
  output.write(`${afterwards}\n`);
}

const questionOf = (enabled: number, tenant: string, scopes: readonly string[]): string =>
  `This disables ${enabled} ${enabled === 1 ? 'token' : 'tokens'} of ${tenant} for ${scopes.map(wordsFor).join(' and ')}: what uses ${enabled === 1 ? 'it' : 'them'} fails then.`;

/** The other scopes that open one of the services that these open. */
function overlapping(scopes: readonly string[]): readonly string[] {
  const others = tokenScopes.filter((scope) => !scopes.includes(scope));
  return scopes.includes(EVERY_SERVICE) ? others : others.filter((scope) => scope === EVERY_SERVICE);
}

function whatWasDone(versions: readonly SecretVersion[], disabled: number): string {
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
