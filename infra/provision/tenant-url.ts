import { CommandError } from '../commands/shared/command-error.ts';
import { isLoopback } from '../commands/shared/loopback.ts';

/** The two parts of a Tenant URL. Entra inserts /Users and so on between them, so the flags stay at the end. */
export interface TenantUrl {
  /** The URL without its query and without a trailing slash: https://api.example.com/advisors/scim. */
  readonly base: string;
  /** The query without the question mark; empty if the Tenant URL has none. */
  readonly query: string;
}

/** The feature flag for PATCH requests that follow RFC 7644 (learn.microsoft.com, application-provisioning-config-problem-scim-compatibility). */
export const PATCH_FLAG = 'aadOptscim062020';

/** Parses a Tenant URL. Throws CommandError if Entra would not accept it. */
export function parseTenantUrl(text: string): TenantUrl {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.hash) {
    throw new CommandError('--url must be a Tenant URL, such as https://api.example.com/advisors/scim.');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new CommandError(
      '--url has to start with https: the Secret Token must not be sent over a network unencrypted.',
    );
  }
  return { base: `${url.origin}${url.pathname}`.replace(/\/+$/, ''), query: url.search.slice(1) };
}

/** Whether a Tenant URL has the flag. */
export const hasFlag = ({ query }: TenantUrl): boolean => new URLSearchParams(query).has(PATCH_FLAG);

/** The same Tenant URL with the flag added at its end, unless it already has the flag. */
export function withFlag(tenantUrl: TenantUrl): TenantUrl {
  if (hasFlag(tenantUrl)) return tenantUrl;
  return { ...tenantUrl, query: [tenantUrl.query, PATCH_FLAG].filter(Boolean).join('&') };
}

/** The address of a path such as `/Users?filter=…`. The Tenant URL's query comes last. */
export function addressOf({ base, query }: TenantUrl, path: string): string {
  if (!query) return `${base}${path}`;
  return `${base}${path}${path.includes('?') ? '&' : '?'}${query}`;
}
