/** A version of a tenant's secret, without the token itself. */
export interface SecretVersion {
  readonly version: string;
  readonly isEnabled: boolean;
  readonly createdOn: Date;
  readonly notBefore: Date | undefined;
  readonly expiresOn: Date | undefined;
  /** Identifies the token in the log; undefined if the token was not made by `npm run token`. */
  readonly fingerprint: string | undefined;
}

/** Whether the version is accepted now or will be accepted later. */
export const isUsable = ({ isEnabled, expiresOn }: SecretVersion, at: Date): boolean =>
  isEnabled && (expiresOn === undefined || at < expiresOn);

/** Whether the version is accepted now. */
export const isValid = (version: SecretVersion, at: Date): boolean =>
  isUsable(version, at) && (version.notBefore === undefined || version.notBefore <= at);

/** The version that was created last. Key Vault stores dates in seconds. Of versions with the same date, the one that expires last counts as newest. */
export const newestOf = (versions: readonly SecretVersion[]): SecretVersion | undefined =>
  versions.toSorted((a, b) => b.createdOn.getTime() - a.createdOn.getTime() || endOf(b) - endOf(a))[0];

const endOf = ({ expiresOn }: SecretVersion): number => expiresOn?.getTime() ?? Number.MAX_VALUE;

/** The state of a secret in a word. */
export function stateOf(
  versions: readonly SecretVersion[],
  at: Date,
): 'none' | 'valid' | 'not yet valid' | 'expired' | 'revoked' {
  if (versions.length === 0) return 'none';
  if (versions.some((version) => isValid(version, at))) return 'valid';
  if (versions.some((version) => isUsable(version, at))) return 'not yet valid';
  return newestOf(versions)?.isEnabled ? 'expired' : 'revoked';
}
