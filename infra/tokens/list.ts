import { secretName } from '../../shared/auth/token-vault.ts';
import { inParallel } from '../commands/shared/in-parallel.ts';
import { showDate, textTable } from '../commands/shared/output.ts';
import { scopeText } from './issue.ts';
import { isValid, newestOf, type SecretVersion, stateOf } from './secret-version.ts';
import type { Vault, VaultContext } from './vault.ts';

/** A tenant's secret for one service, or for all services. */
export interface TenantSecret {
  readonly scope: string;
  readonly tenant: string;
  readonly versions: readonly SecretVersion[];
}

const secretsAtOnce = 8;
const headings = [
  'service',
  'tenant',
  'state',
  'created',
  'last rotated',
  'expires',
  'valid now',
  'older ones until',
  'fingerprints',
];

/** What to list: the secrets of one tenant, or of all tenants if `tenant` is undefined. */
interface Listed {
  readonly scopes: readonly string[];
  readonly tenant: string | undefined;
}

/** Prints one line for each secret: what it is for and its dates. It never prints a token. */
export async function list({ scopes, tenant }: Listed, vault: Vault, { output, now }: VaultContext): Promise<void> {
  const secrets = await readSecrets(vault, scopes, tenant);
  if (secrets.length === 0) {
    output.write(tenant === undefined ? `There are no tokens in ${vault.uri}.\n` : `${tenant} has no tokens.\n`);
    return;
  }
  output.write(textTable([headings, ...secrets.map((secret) => lineOf(secret, now()))]));
  for (const secret of secrets) if (isDuplicated(secret, now())) output.write(duplicateNote(secret));
}

/** The secrets of these scopes, sorted by tenant. */
export async function readSecrets(
  vault: Vault,
  scopes: readonly string[],
  tenant?: string,
): Promise<readonly TenantSecret[]> {
  const found: TenantSecret[] = [];
  const places = (await vault.names()).flatMap((name) => placeOf(name, scopes) ?? []);
  const wanted = places.filter((place) => tenant === undefined || place.tenant === tenant);
  await inParallel(wanted, { width: secretsAtOnce }, async (place) => {
    const versions = await vault.versions(secretName(place.scope, place.tenant));
    if (versions.length > 0) found.push({ ...place, versions });
  });
  return found.sort((a, b) => compare(a.tenant, b.tenant) || compare(a.scope, b.scope));
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function placeOf(name: string, scopes: readonly string[]): { scope: string; tenant: string } | undefined {
  const scope = scopes.find((one) => name.startsWith(secretName(one, '')));
  return scope === undefined ? undefined : { scope, tenant: name.slice(secretName(scope, '').length) };
}

function lineOf({ scope, tenant, versions }: TenantSecret, at: Date): readonly string[] {
  const valid = versions.filter((version) => isValid(version, at));
  const newest = newestOf(valid) ?? newestOf(versions);
  const created = versions.map(({ createdOn }) => createdOn.getTime());
  return [
    scope,
    tenant,
    stateOf(versions, at),
    showDate(new Date(Math.min(...created))),
    versions.length > 1 ? showDate(new Date(Math.max(...created))) : 'never',
    newest?.expiresOn ? showDate(newest.expiresOn) : 'never',
    String(valid.length),
    endOf(valid.filter((version) => version !== newest)),
    valid.map(({ fingerprint }) => fingerprint ?? 'not known').join(' ') || '-',
  ];
}

/** Whether more than one valid token has no expiry date. After a rotation there is only one. */
const isDuplicated = ({ versions }: TenantSecret, at: Date): boolean =>
  versions.filter((version) => isValid(version, at) && version.expiresOn === undefined).length > 1;

const duplicateNote = ({ scope, tenant }: TenantSecret): string =>
  `${tenant}, ${scopeText(scope)}: more than one token is accepted and none of them expires. Unless all are in use, let the old ones expire with ` +
  `rotate --service ${scope} --tenant ${tenant}.\n`;

/** When the last of these versions expires. */
function endOf(versions: readonly SecretVersion[]): string {
  if (versions.length === 0) return '-';
  if (versions.some(({ expiresOn }) => expiresOn === undefined)) return 'revoked';
  return showDate(new Date(Math.max(...versions.map(({ expiresOn }) => expiresOn?.getTime() ?? 0))));
}
