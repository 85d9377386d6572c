import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { TenantUrl } from './tenant-url.ts';

/**
 * Names a tenant of a service without telling the token: the tenant is what stands before the token's first dot, and the
 * secret behind it is left out, so that the state outlives a change of tokens.
 */
export function stateKey({ base }: TenantUrl, token: string): string {
  const tenant = token.includes('.') ? token.slice(0, token.indexOf('.')) : '';
  return createHash('sha256').update(`${tenant} ${base}`).digest('hex').slice(0, 12);
}

/** Where the state is kept unless --state says otherwise: `.provision/<host>-<service>-<key>.json`. */
export function defaultStatePath(tenantUrl: TenantUrl, token: string): string {
  const { host, pathname } = new URL(tenantUrl.base);
  const service = pathname.split('/').find(Boolean) ?? 'scim';
  const name = `${host}-${service}-${stateKey(tenantUrl, token)}`.replaceAll(/[^\w.-]/g, '-');
  return join('.provision', `${name}.json`);
}
