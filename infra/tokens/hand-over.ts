import { showDate } from '../commands/shared/duration.ts';
import type { Surroundings } from './surroundings.ts';

/** A token that was just made. */
export interface NewToken {
  readonly service: string;
  readonly tenant: string;
  readonly token: string;
  readonly expiresOn: Date | undefined;
}

/** Prints a new token, the only time that anybody sees it. */
export function handOver(made: NewToken, { output, environment }: Surroundings): void {
  const { service, tenant, token, expiresOn } = made;
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
