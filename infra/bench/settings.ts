import { randomBytes } from 'node:crypto';
import type { Settings } from './server.ts';

/** The tenants of the benchmark: a bank with few advisors, and one with many. */
export const tenants = ['small', 'large'] as const;
export type Tenant = (typeof tenants)[number];

/** Their Secret Tokens, made for this run. */
export const tokens: Readonly<Record<Tenant, string>> = { small: newToken('small'), large: newToken('large') };

/** The settings of a measured service with these tables. Nothing asks for its public URL. */
export const settingsWith = (tables: string): Settings => ({
  SCIM_PUBLIC_URL: 'http://localhost:7071',
  SCIM_TABLES: tables,
  SCIM_TOKENS: JSON.stringify({ advisors: { small: [tokens.small], large: [tokens.large] } }),
});

/** Those of a deployed one, with which it can be loaded; what they name does not exist. */
export const deployedSettings: Settings = {
  SCIM_PUBLIC_URL: 'https://bench.example',
  SCIM_TABLES: 'https://bench.example',
  SCIM_KEY_VAULT_URI: 'https://bench.example',
};

function newToken(tenant: string): string {
  return `${tenant}.${randomBytes(32).toString('base64url')}`;
}
