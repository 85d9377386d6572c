import { CommandError } from '../commands/shared/command-error.ts';

/** The Tenant URL in two parts: Entra puts /Users and so on between them, so that its flags stay at the end. */
export interface TenantUrl {
  /** Without query and trailing slash: https://api.example.com/advisors/scim. */
  readonly base: string;
  /** Without the question mark; empty where the Tenant URL has none. */
  readonly query: string;
}

/** The feature flag for PATCH as RFC 7644 has it (learn.microsoft.com, application-provisioning-config-problem-scim-compatibility). */
export const PATCH_FLAG = 'aadOptscim062020';

/** Reads a Tenant URL; throws CommandError where Entra would not take it. */
export function parseTenantUrl(text: string): TenantUrl {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.hash) {
    throw new CommandError('--url has to be a Tenant URL, such as https://api.example.com/advisors/scim.');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new CommandError('--url has to begin with https: the Secret Token must not cross a network in clear text.');
  }
  return { base: `${url.origin}${url.pathname}`.replace(/\/+$/, ''), query: url.search.slice(1) };
}

export const hasFlag = ({ query }: TenantUrl): boolean => new URLSearchParams(query).has(PATCH_FLAG);

/** The same Tenant URL with the flag at its end, once. */
export function withFlag(tenantUrl: TenantUrl): TenantUrl {
  if (hasFlag(tenantUrl)) return tenantUrl;
  return { ...tenantUrl, query: [tenantUrl.query, PATCH_FLAG].filter(Boolean).join('&') };
}

/** The address of a path such as `/Users?filter=…`, with the Tenant URL's own query behind it. */
export function addressOf({ base, query }: TenantUrl, path: string): string {
  if (!query) return `${base}${path}`;
  return `${base}${path}${path.includes('?') ? '&' : '?'}${query}`;
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
