import type { Service } from '../../shared/services/service.ts';
import { services } from '../../shared/services/services.ts';

/** Where the services of each environment are: the base of their Tenant URLs. */
export const environments = {
  test: 'https://api.test-env.booking.andmoney.dk',
  production: 'https://api.booking.andmoney.dk',
} as const;

export type Environment = keyof typeof environments;

export const isEnvironment = (text: string | undefined): text is Environment =>
  text !== undefined && Object.hasOwn(environments, text);

/** The Tenant URL of a service. */
export const tenantUrlOf = (base: string, { name }: Service): string => `${base}/${name}/scim`;

/** The feature flags that a Tenant URL may end in: BookMe takes what Entra then sends. */
const flags = ['aadoptscim062020', 'azureadscimpatch2017'];

/** Whether a Tenant URL as it is stored needs no change: the same to the letter, or with one of Entra's flags behind it. */
export function isTenantUrl(stored: string, wanted: string): boolean {
  if (!stored.startsWith(wanted)) return false;
  const rest = stored.slice(wanted.length).toLowerCase();
  return rest === '' || flags.includes(rest.replace(/^\?/, ''));
}

/** Whether a Tenant URL means this one: blanks, case, a slash at the end and Entra's flags aside. An application with it is ours. */
export const meansTenantUrl = (stored: string, wanted: string): boolean => simplified(stored) === simplified(wanted);

/** What a Tenant URL of ours leads to: "rooms, test"; undefined where it is none of ours. */
export function destinationOf(stored: string): string | undefined {
  for (const [environment, base] of Object.entries(environments))
    for (const service of services)
      if (meansTenantUrl(stored, tenantUrlOf(base, service))) return `${service.name}, ${environment}`;
  return undefined;
}

const simplified = (url: string): string => url.trim().split('?')[0]?.replace(/\/+$/, '').toLowerCase() ?? '';
