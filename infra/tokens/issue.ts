import { newToken } from '../../shared/auth/token.ts';
import { secretName } from '../../shared/auth/token-vault.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { showDate } from '../commands/shared/output.ts';
import { isUsable } from './secret-version.ts';
import { dateAfter, nameIsTaken, type Vault, type VaultContext } from './vault.ts';

/** Whose token is made or revoked, and what is to become of it. */
export interface TokenChange {
  readonly services: readonly string[];
  readonly tenant: string;
  /** How long the old token goes on, in milliseconds. */
  readonly overlap: number;
  /** How long the new token lives, in milliseconds; undefined: until it is revoked. */
  readonly expires: number | undefined;
}

/** Makes a token for each service; where one of them has a token already, none is made. */
export async function issue(change: TokenChange, vault: Vault, context: VaultContext): Promise<void> {
  const { services, tenant, expires } = change;
  for (const service of services) await refuseExisting({ service, tenant }, vault, context.now());
  for (const service of services) await makeToken({ service, tenant, expires }, vault, context);
}

/** Whose token, and for what. */
export interface Owner {
  readonly service: string;
  readonly tenant: string;
}

async function refuseExisting({ service, tenant }: Owner, vault: Vault, now: Date): Promise<void> {
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
  { service, tenant, expires }: Owner & Pick<TokenChange, 'expires'>,
  vault: Vault,
  context: VaultContext,
): Promise<void> {
  const expiresOn = expires === undefined ? undefined : dateAfter(expires, context.now(), '--expires');
  const token = newToken(tenant);
  await vault.add(secretName(service, tenant), token, expiresOn);
  handOver({ service, tenant, token, expiresOn }, context);
}

interface NewToken extends Owner {
  readonly token: string;
  readonly expiresOn: Date | undefined;
}

/** Prints a new token, the only time that anybody sees it. */
function handOver({ service, tenant, token, expiresOn }: NewToken, { output, environment }: VaultContext): void {
  output.write(`
The Secret Token of ${tenant} for ${service}. It is shown this once.

  Tenant URL    ${tenantUrl(service, environment['SCIM_PUBLIC_URL'])}
  Secret Token  ${token}
  Expires       ${expiresOn ? showDate(expiresOn) : 'never'}

Hand both to the administrator of ${tenant} as you would a password. In Microsoft Entra they open the enterprise application
for ${service}, Provisioning, Connectivity (older: Admin Credentials), enter both, press Test Connection and save.
The service accepts the token within 30 seconds.
`);
}

function tenantUrl(service: string, publicUrl: string | undefined): string {
  const base = publicUrl?.trim().replace(/\/+$/, '');
  return base
    ? `${base}/${service}/scim`
    : `the service's address and /${service}/scim (set SCIM_PUBLIC_URL to see it here)`;
}
