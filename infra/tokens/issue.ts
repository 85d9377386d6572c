import { newToken } from '../../shared/auth/token.ts';
import { EVERY_SERVICE, secretName } from '../../shared/auth/token-vault.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { services } from '../commands/shared/option-values.ts';
import { showDate } from '../commands/shared/output.ts';
import { isUsable } from './secret-version.ts';
import { dateAfter, nameIsTaken, type Vault, type VaultContext } from './vault.ts';

/** Whose token is made or revoked, and what is to become of it. */
export interface TokenChange {
  /** The services that the tokens are for, or `all` for one that every service accepts. */
  readonly scopes: readonly string[];
  readonly tenant: string;
  /** How long the old token goes on, in milliseconds. */
  readonly overlap: number;
  /** How long the new token lives, in milliseconds; undefined: until it is revoked. */
  readonly expires: number | undefined;
  /** Has the person confirm what cuts off a bank that still uses its token. Throws CommandError where they do not. */
  readonly confirm: (question: string) => Promise<void>;
}

/** Makes a token for each scope; where one of them has a token already, none is made. */
export async function issue(change: TokenChange, vault: Vault, context: VaultContext): Promise<void> {
  const { scopes, tenant, expires } = change;
  for (const scope of scopes) await refuseExisting({ scope, tenant }, vault, context.now());
  for (const scope of scopes) await makeToken({ scope, tenant, expires }, vault, context);
}

/** Whose token, and for what. */
export interface Owner {
  readonly scope: string;
  readonly tenant: string;
}

/** How a scope is called in a sentence. */
export const wordsFor = (scope: string): string => (scope === EVERY_SERVICE ? 'all services' : scope);

async function refuseExisting({ scope, tenant }: Owner, vault: Vault, now: Date): Promise<void> {
  const name = secretName(scope, tenant);
  const versions = await vault.versions(name);
  if (versions.some((version) => isUsable(version, now))) {
    throw new CommandError(
      `${tenant} has a token for ${wordsFor(scope)} already: say rotate for a new one, or revoke first. No token was made.`,
    );
  }
  if (versions.length === 0 && (await vault.deletedOn(name))) throw nameIsTaken(vault.uri, name);
}

/** Adds a version with a new token, and prints the token. */
export async function makeToken(
  { scope, tenant, expires }: Owner & Pick<TokenChange, 'expires'>,
  vault: Vault,
  context: VaultContext,
): Promise<void> {
  const expiresOn = expires === undefined ? undefined : dateAfter(expires, context.now(), '--expires');
  const token = newToken(tenant);
  await vault.add(secretName(scope, tenant), token, expiresOn);
  handOver({ scope, tenant, token, expiresOn }, context);
}

interface NewToken extends Owner {
  readonly token: string;
  readonly expiresOn: Date | undefined;
}

/** Prints a new token, the only time that anybody sees it. */
function handOver({ scope, tenant, token, expiresOn }: NewToken, { output, environment }: VaultContext): void {
  const opened = scope === EVERY_SERVICE ? services : [scope];
  const urls = opened.map((service) => tenantUrl(service, environment['SCIM_PUBLIC_URL']));
  const [isMany, applications] = [opened.length > 1, opened.join(' and for ')];
  output.write(`
The Secret Token of ${tenant} for ${wordsFor(scope)}. It is shown this once.

${urls.map((url, at) => `  ${at === 0 ? 'Tenant URL' : '          '}    ${url}`).join('\n')}
  Secret Token  ${token}
  Expires       ${expiresOn ? showDate(expiresOn) : 'never'}

Hand ${isMany ? 'them' : 'both'} to the administrator of ${tenant} as you would a password. In Microsoft Entra they open the enterprise application
for ${applications}, Provisioning, Connectivity (older: Admin Credentials), enter ${isMany ? 'its Tenant URL and the one Secret Token' : 'both'}, press Test Connection and save.
The service accepts the token within 30 seconds.
`);
}

function tenantUrl(service: string, publicUrl: string | undefined): string {
  const base = publicUrl?.trim().replace(/\/+$/, '');
  return base
    ? `${base}/${service}/scim`
    : `the service's address and /${service}/scim (set SCIM_PUBLIC_URL to see it here)`;
}
