import { type Authenticator, type AuthenticatorOptions, authenticator } from '../../shared/auth/authenticate.ts';
import { type KeyVaultOptions, keyVault } from '../../shared/auth/key-vault.ts';
import { newToken } from '../../shared/auth/token.ts';
import { type KeyVaultStandIn, startKeyVault } from '../stand-ins/key-vault.ts';
import type { Attributes } from '../stand-ins/key-vault-secrets.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

/** A key vault with tenants, an instance that checks tokens against it, and the instance's clock. */
export interface Tenants {
  readonly standIn: KeyVaultStandIn;
  readonly authenticate: Authenticator['authenticate'];
  readonly warm: Authenticator['warm'];
  /** Puts a new token in the vault and returns it. */
  issue(service: string, tenant: string, attributes?: Attributes): string;
  /** Changes the newest version of a secret. */
  change(service: string, tenant: string, attributes: Attributes): void;
  /** The status that a request to the service advisors gets with this token. */
  status(token: string): Promise<number>;
  pass(milliseconds: number): void;
  /** Sets the instance's date, but not its clock. */
  misdate(milliseconds: number): void;
  /** The time this many milliseconds from now, in seconds since 1970 as in Key Vault. */
  at(milliseconds: number): number;
  /** The calls that the vault has received since this was last called. */
  newCalls(): readonly string[];
}

interface TenantsOptions extends AuthenticatorOptions {
  /** Whether the instance's clock also runs by itself. */
  readonly isRunning?: boolean;
}

/** The clock stands still until `pass` is called. The SDK does not retry, so the instance notices an outage at once. */
export async function startTenants(
  { isRunning = false, ...options }: TenantsOptions = {},
  vaultOptions: KeyVaultOptions = {},
): Promise<Tenants> {
  const standIn = await startKeyVault();
  const client = { ...standIn.client, retryOptions: { maxRetries: 0 } };
  const clock = { now: 0, date: Date.now() };
  const vault = keyVault(standIn.uri, { credential: standIn.credential, client, ...vaultOptions });
  const { authenticate, warm } = authenticator(vault, {
    clock: { elapsed: () => clock.now + (isRunning ? performance.now() : 0), date: () => clock.date },
    ...options,
  });
  return {
    standIn,
    authenticate,
    warm,
    issue(service, tenant, attributes = {}) {
      const token = newToken(tenant);
      standIn.secrets.set(`scim-${service}-${tenant}`, { value: token, attributes });
      return token;
    },
    change(service, tenant, attributes) {
      standIn.secrets.update(`scim-${service}-${tenant}`, '', { attributes });
    },
    status: (token) =>
      authenticate('advisors', `Bearer ${token}`).then(
        () => 200,
        (error) => error.status,
      ),
    pass(milliseconds) {
      clock.now += milliseconds;
      clock.date += milliseconds;
    },
    misdate(milliseconds) {
      clock.date += milliseconds;
    },
    at: (milliseconds) => Math.floor((clock.date + milliseconds) / SECOND),
    newCalls: () => standIn.calls.splice(0),
  };
}
