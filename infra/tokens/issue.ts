import { newToken } from '../../shared/auth/token.ts';
import { EVERY_SERVICE, secretName } from '../../shared/auth/token-vault.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { services } from '../commands/shared/option-values.ts';
import { showDate } from '../commands/shared/output.ts';
import { isUsable } from './secret-version.ts';
import { dateAfter, nameIsTaken, type Vault, type VaultContext } from './vault.ts';

/** The tokens that a command makes, rotates or revokes. */
export interface TokenChange {
  /** The services that the tokens are for, or `all` for one token that every service accepts. */
  readonly scopes: readonly string[];
  readonly tenant: string;
  /** How long the old token stays valid, in milliseconds. */
  readonly overlap: number;
  /** How long the new token is valid, in milliseconds; undefined for a token that is valid until it is revoked. */
  readonly expires: number | undefined;
  /** Asks the operator to confirm that a token in use stops working. Throws CommandError if the operator does not confirm. */
  readonly confirm: (question: string) => Promise<void>;
}

/** Makes a token for each scope. Throws CommandError, and makes none, if one of the scopes already has a token. */
export async function issue(change: TokenChange, vault: Vault, context: VaultContext): Promise<void> {
  const { scopes, tenant, expires } = change;
  for (const scope of scopes) await refuseExisting({ scope, tenant }, vault, context.now());
  for (const scope of scopes) await makeToken({ scope, tenant, expires }, vault, context);
}

/** The tenant that a token belongs to, and what the token is for. */
export interface Owner {
  readonly scope: string;
  readonly tenant: string;
}

/** The name of a scope in a sentence. */
export const scopeText = (scope: string): string => (scope === EVERY_SERVICE ? 'all services' : scope);

async function refuseExisting({ scope, tenant }: Owner, vault: Vault, now: Date): Promise<void> {
  const name = secretName(scope, tenant);
  const versions = await vault.versions(name);
  if (versions.some((version) => isUsable(version, now))) {
    throw new CommandError(
      `${tenant} already has a token for ${scopeText(scope)}: use rotate to replace it, or revoke it first. No token was made.`,
    );
  }
  if (versions.length === 0 && (await vault.deletedOn(name))) throw nameIsTaken(vault.uri, name);
}

/** Adds a version with a new token to the secret, and prints the token. */
export async function makeToken(
  { scope, tenant, expires }: Owner & Pick<TokenChange, 'expires'>,
  vault: Vault,
  context: VaultContext,
): Promise<void> {
  const expiresOn = expires === undefined ? undefined : dateAfter(expires, context.now(), '--expires');
  const token = newToken(tenant);
  await vault.add(secretName(scope, tenant), token, expiresOn);
  printToken({ scope, tenant, token, expiresOn }, context);
}

interface NewToken extends Owner {
  readonly token: string;
  readonly expiresOn: Date | undefined;
}

/** Prints a new token, which is never shown again. */
function printToken({ scope, tenant, token, expiresOn }: NewToken, { output, environment }: VaultContext): void {
  const accepting = scope === EVERY_SERVICE ? services : [scope];
  const urls = accepting.map((service) => tenantUrl(service, environment['SCIM_PUBLIC_URL']));
  const [isMany, applications] = [accepting.length > 1, accepting.join(' and for ')];
  output.write(`
The Secret Token of ${tenant} for ${scopeText(scope)}. It is shown only once.

${urls.map((url, at) => `  ${at === 0 ? 'Tenant URL' : '          '}    ${url}`).join('\n')}
  Secret Token  ${token}
  Expires       ${expiresOn ? showDate(expiresOn) : 'never'}

Give ${isMany ? 'them' : 'both'} to the administrator of ${tenant} as safely as a password. In Microsoft Entra, the administrator opens the enterprise application
for ${applications}, selects Provisioning, then Connectivity (older: Admin Credentials), enters ${isMany ? 'its Tenant URL and this Secret Token' : 'both'}, selects Test Connection and saves.
The service accepts the token within 30 seconds.
`);
}

function tenantUrl(service: string, publicUrl: string | undefined): string {
  const base = publicUrl?.trim().replace(/\/+$/, '');
  return base
    ? `${base}/${service}/scim`
    : `the service's address and /${service}/scim (set SCIM_PUBLIC_URL to see it here)`;
}
