import type { TenantSecret } from '../tokens/list.ts';
import { type SecretVersion, stateOf } from '../tokens/secret-version.ts';
import { opens } from './list.ts';

/** A token without its value, which is never read. */
export interface TokenSummary {
  /** The service that accepts it, or "all". */
  readonly scope: string;
  readonly version: string;
  readonly state: ReturnType<typeof stateOf>;
  readonly created: Date;
  /** Undefined if it never expires. */
  readonly expires: Date | undefined;
  /** Identifies the token in the log; undefined if the token was not made by `npm run token`. */
  readonly fingerprint: string | undefined;
}

/** The tenant's tokens that a service accepts, newest first. */
export const tokenSummaries = (secrets: readonly TenantSecret[], service: string, at: Date): readonly TokenSummary[] =>
  secrets
    .filter((secret) => opens(secret, service))
    .flatMap(({ scope, versions }) => versions.map((version) => tokenSummary(scope, version, at)))
    .sort((a, b) => b.created.getTime() - a.created.getTime());

/** The summary of one version of a secret. */
export const tokenSummary = (scope: string, version: SecretVersion, at: Date): TokenSummary => ({
  scope,
  version: version.version,
  state: stateOf([version], at),
  created: version.createdOn,
  expires: version.expiresOn,
  fingerprint: version.fingerprint,
});
