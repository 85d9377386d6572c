import { secretName } from '../../shared/auth/token-vault.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { showDate } from '../commands/shared/output.ts';
import { makeToken, type Owner, scopeText, type TokenChange } from './issue.ts';
import { isUsable, type SecretVersion } from './secret-version.ts';
import { dateAfter, type Vault, type VaultContext } from './vault.ts';

/** Makes a new token for each scope and sets an expiry date on the old ones. Throws CommandError, and changes nothing, if one of the scopes has no valid token. */
export async function rotate(change: TokenChange, vault: Vault, context: VaultContext): Promise<void> {
  const { scopes, tenant, overlap, expires, confirm } = change;
  const end = dateAfter(overlap, context.now(), '--overlap');
  const old = new Map<string, readonly SecretVersion[]>();
  for (const scope of scopes) old.set(scope, await usableVersions({ scope, tenant }, vault, context.now()));
  if (overlap === 0)
    await confirm(
      `This disables the tokens that ${tenant} uses now: its provisioning job will fail until the administrator enters the new one.`,
    );
  for (const [scope, versions] of old) {
    await makeToken({ scope, tenant, expires }, vault, context);
    await endVersions({ name: secretName(scope, tenant), versions, end: overlap === 0 ? undefined : end }, vault);
    context.output.write(`${endText(overlap === 0 ? undefined : end, versions)}\n`);
  }
}

async function usableVersions({ scope, tenant }: Owner, vault: Vault, now: Date): Promise<readonly SecretVersion[]> {
  const versions = (await vault.versions(secretName(scope, tenant))).filter((version) => isUsable(version, now));
  if (versions.length > 0) return versions;
  throw new CommandError(
    `${tenant} has no valid token for ${scopeText(scope)} to rotate: use issue to make one. Nothing was changed.`,
  );
}

interface Ending {
  /** The secret's name. */
  readonly name: string;
  readonly versions: readonly SecretVersion[];
  readonly end: Date | undefined;
}

/** Makes the versions expire at `end` at the latest. Without `end`, it disables them now. */
async function endVersions({ name, versions, end }: Ending, vault: Vault): Promise<void> {
  try {
    for (const { version, notBefore, expiresOn } of versions) {
      if (end === undefined || (notBefore && notBefore >= end)) await vault.disable(name, version);
      else if (expiresOn === undefined || expiresOn > end) await vault.expire(name, version, end);
    }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(
      `${error.message}\nThe token above is valid, but no expiry date could be set on the old token, which stays valid. ` +
        'Run rotate again when the key vault is available. The token above will then also expire after the overlap.',
    );
  }
}

function endText(end: Date | undefined, versions: readonly SecretVersion[]): string {
  if (end === undefined) return 'The old token is disabled. The service may accept it for up to 5 more minutes.';
  const ends = versions.map(({ expiresOn }) =>
    Math.min(expiresOn?.getTime() ?? Number.POSITIVE_INFINITY, end.getTime()),
  );
  return `The old token is accepted until ${showDate(new Date(Math.max(...ends)))}. The administrator has to enter the new one before then.`;
}
