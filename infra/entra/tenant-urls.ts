import type { Service } from '../../shared/services/service.ts';
import { services } from '../../shared/services/services.ts';

/** The address of each environment. Its Tenant URLs start with it. */
export const environments = {
  test: 'https://api.test-env.booking.andmoney.dk',
  production: 'https://api.booking.andmoney.dk',
} as const;

export type Environment = keyof typeof environments;

/** Whether a text is the name of an environment. */
export const isEnvironment = (text: string | undefined): text is Environment =>
  text !== undefined && Object.hasOwn(environments, text);

/** The Tenant URL of a service. */
export const tenantUrlOf = (base: string, { name }: Service): string => `${base}/${name}/scim`;

/** The feature flags that a Tenant URL may end with. BookMe accepts the requests that Entra then sends. */
const flags = ['aadoptscim062020', 'azureadscimpatch2017'];

/** Whether a stored Tenant URL is correct: exactly the same, or followed by one of Entra's flags. */
export function isTenantUrl(stored: string, wanted: string): boolean {
  if (!stored.startsWith(wanted)) return false;
  const rest = stored.slice(wanted.length).toLowerCase();
  return rest === '' || flags.includes(rest.replace(/^\?/, ''));
}

/** Whether a Tenant URL belongs to the same service. It ignores blanks, case, a trailing slash and Entra's flags. */
export const meansTenantUrl = (stored: string, wanted: string): boolean => simplified(stored) === simplified(wanted);

/** The service and environment of one of our Tenant URLs, such as "rooms, test"; undefined for any other URL. */
export function destinationOf(stored: string): string | undefined {
  for (const [environment, base] of Object.entries(environments))
    for (const service of services)
      if (meansTenantUrl(stored, tenantUrlOf(base, service))) return `${service.name}, ${environment}`;
  return undefined;
}

const simplified = (url: string): string => url.trim().split('?')[0]?.replace(/\/+$/, '').toLowerCase() ?? '';
