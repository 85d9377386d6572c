import { EVERY_SERVICE, secretName } from '../../shared/auth/token-vault.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { tokenScopes } from '../commands/shared/option-values.ts';
import { counted } from '../commands/shared/output.ts';
import { scopeText, type TokenChange } from './issue.ts';
import { readSecrets } from './list.ts';
import { isUsable, type SecretVersion } from './secret-version.ts';
import type { Vault, VaultContext } from './vault.ts';

/** How long the service can accept a disabled token: see shared/auth/remembered.ts. */
const afterwards = `Instances of the service cache the tokens, so they may accept a disabled token for up to 5 more minutes. An instance that
cannot reach the vault may accept it for up to 1 more hour. To prevent this, restart the function app.
The tenant's resources are kept: npm run tenant -- erase removes them.`;

/**
 * Disables every version of the tenant's secrets for these scopes, and skips a scope without a secret. It also names the tenant's other tokens that the same
 * services still accept.
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
      `${tenant} has no token for ${scopes.map(scopeText).join(' or ')}: there is nothing to revoke.`,
    );
  const enabled = scopes.flatMap(versionsOf).filter(({ isEnabled }) => isEnabled).length;
  if (enabled > 0) await confirm(questionOf(enabled, tenant, scopes));
  for (const scope of scopes) {
    const versions = versionsOf(scope);
    const count = await disableAll(secretName(scope, tenant), versions, vault);
    output.write(`${tenant}, ${scopeText(scope)}: ${whatWasDone(versions, count)}.\n`);
  }
  for (const scope of overlapping(scopes)) {
    if (!versionsOf(scope).some((version) => isUsable(version, now()))) continue;
    output.write(
      `Still accepted: the token of ${tenant} for ${scopeText(scope)}. To revoke it as well, use revoke --service ${scope}.\n`,
    );
  }
  output.write(`${afterwards}\n`);
}

const questionOf = (enabled: number, tenant: string, scopes: readonly string[]): string =>
  `This disables ${counted(enabled, 'token')} of ${tenant} for ${scopes.map(scopeText).join(' and ')}: requests that use ${enabled === 1 ? 'it' : 'them'} will then fail.`;

/** The other scopes whose tokens are accepted by one of the same services. */
function overlapping(scopes: readonly string[]): readonly string[] {
  const others = tokenScopes.filter((scope) => !scopes.includes(scope));
  return scopes.includes(EVERY_SERVICE) ? others : others.filter((scope) => scope === EVERY_SERVICE);
}

function whatWasDone(versions: readonly SecretVersion[], disabled: number): string {
  if (versions.length === 0) return 'has no token';
  if (disabled === 0) return 'was already revoked';
  return `revoked, ${counted(disabled, 'token')} disabled`;
}

/** Disables the versions that are still enabled, and returns how many there were. */
export async function disableAll(name: string, versions: readonly SecretVersion[], vault: Vault): Promise<number> {
  const enabled = versions.filter(({ isEnabled }) => isEnabled);
  for (const { version } of enabled) await vault.disable(name, version);
  return enabled.length;
}
