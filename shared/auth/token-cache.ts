import { ScimError } from '../scim/errors.ts';
import type { Clock } from './clock.ts';
import {
  type Answer,
  MAX_AGE,
  memoryOf,
  type Patience,
  RECENT,
  type Remembered,
  vaultUnavailable,
  waitAtMost,
} from './remembered.ts';
import { tokenDigest, tokenFingerprint } from './token.ts';
import type { TokenVault, TokenVersion } from './token-vault.ts';

/** A version in memory, with the digest of its token in place of the token. */
export interface KnownVersion {
  readonly digest: Buffer;
  readonly fingerprint: string;
  readonly version?: string;
  readonly createdOn?: Date;
  readonly notBefore?: Date;
  readonly expiresOn?: Date;
}

/** The versions of a secret. */
interface KnownSecret {
  readonly versions: readonly KnownVersion[];
  /** Why some versions could not be read. A token that matches none of the others may belong to one of these. */
  readonly failure?: unknown;
}

/** The versions that a search found, and why it is incomplete. Without a failure, the vault has confirmed that there are no others. */
export interface Search {
  readonly versions: readonly KnownVersion[];
  readonly failure?: ScimError;
}

export interface TokenCache {
  /** The versions of these secrets in memory. Waits for the vault only if they are too old and the last call did not fail. */
  known(names: readonly string[]): Promise<readonly KnownVersion[]>;
  /** The versions of these secrets that the vault has now. Waits for the vault until the time `until`. Never rejects. */
  search(names: readonly string[], until: number): Promise<Search>;
  /** Whether the vault's last listing contains one of these secrets. */
  isListed(names: readonly string[]): boolean;
  /** Starts to read all secrets in the background, and to keep them fresh. */
  warm(): void;
  /** What `warm` does every 30 seconds: renews every answer that is due. Never rejects. */
  refresh(): Promise<void>;
}

/** When a secret last changed according to the vault, and from when on a call to the vault is certain to return that change. */
interface Listed {
  readonly changed: number | undefined;
  readonly settledAt: number;
}

/** The vault dates changes in whole seconds, so two changes may have the same date. A call that begins this much later returns both. */
const SETTLING = 2_000;

/** The most secrets that are kept fresh. */
const MAX_KEPT = 5_000;
/** How many secrets are read at the same time. */
const PARALLEL_READS = 4;

interface Parts {
  readonly clock: Clock;
  readonly patience: Patience;
}

/**
 * Keeps the vault's answers in memory, for the times in remembered.ts. Only secrets that the vault lists are read, so tokens of invented tenants cost
 * neither calls nor memory. For an unknown token, the listing shows whether the secret has changed since it was read. All tenants share the listing,
 * so neither the response nor its time reveals whether a tenant exists.
 */
export function tokenCache(vault: TokenVault, { clock, patience }: Parts): TokenCache {
  const now = clock.elapsed;
  const remember = memoryOf({ now, patience, waitsFor: () => vault.waitsFor?.() ?? 'vault' });
  const names = remember((last: ReadonlyMap<string, Listed> | undefined) => list(last));
  const secrets = new Map<string, Remembered<KnownSecret>>();
  let firstRefresh: Promise<void> = Promise.resolve();
  let refreshing: Promise<void> | undefined;

  async function list(last: ReadonlyMap<string, Listed> | undefined): Promise<ReadonlyMap<string, Listed>> {
    const listed = [...(await vault.listSecrets())];
    return new Map(
      listed.map(([name, changed]) => [name, { changed, settledAt: settledAt(changed, last?.get(name)) }]),
    );
  }

  function settledAt(changed: number | undefined, before: Listed | undefined): number {
    if (before && before.changed === changed) return before.settledAt;
    const isLongAgo = changed !== undefined && clock.date() - changed > MAX_AGE;
    return isLongAgo ? now() : now() + SETTLING;
  }

  /** All requests for a secret share one remembered answer. */
  function secretOf(name: string): Remembered<KnownSecret> {
    const secret = secrets.get(name) ?? remember((last: KnownSecret | undefined) => read(name, last));
    secrets.set(name, secret);
    return secret;
  }

  async function read(name: string, last: KnownSecret | undefined): Promise<KnownSecret> {
    const before = new Map((last?.versions ?? []).map((version) => [version.version, version]));
    const read = await vault.readVersions(name, (version) => before.has(version));
    return {
      versions: read.flatMap((version) => toKnownVersion(version, before.get(version.version)) ?? []),
      failure: read.find(({ failure }) => failure !== undefined)?.failure,
    };
  }

  async function known(wanted: readonly string[]): Promise<readonly KnownVersion[]> {
    const answers = await Promise.all(wanted.map((name) => secrets.get(name)?.current()));
    return answers.flatMap((answer) => answer?.value.versions ?? []);
  }

  async function search(wanted: readonly string[], until: number): Promise<Search> {
    await waitAtMost(firstRefresh, until - now());
    try {
      const { value } = await names.satisfying(({ answeredAt }) => now() - answeredAt < RECENT, until);
      return await searchListed(wanted, value, until);
    } catch (error) {
      const failure = error instanceof ScimError ? error : vaultUnavailable(error, RECENT);
      return { versions: wanted.flatMap((name) => secrets.get(name)?.last()?.value.versions ?? []), failure };
    }
  }

  async function searchListed(
    wanted: readonly string[],
    listed: ReadonlyMap<string, Listed>,
    until: number,
  ): Promise<Search> {
    const found = await Promise.all(
      wanted.flatMap((name) => {
        const entry = listed.get(name);
        return entry ? [readListed(secretOf(name), entry, until)] : [];
      }),
    );
    const failure = found.find((secret) => secret.failure !== undefined)?.failure;
    const versions = found.flatMap((secret) => secret.versions);
    return { versions, ...(failure !== undefined && { failure: vaultUnavailable(failure, RECENT) }) };
  }

  /** Waits only if the secret has changed since it was read, or could not be read in full. Otherwise an old answer is renewed in the background. */
  async function readListed(secret: Remembered<KnownSecret>, entry: Listed, until: number): Promise<KnownSecret> {
    const isRecent = ({ askedAt }: Answer<KnownSecret>) => now() - askedAt < RECENT;
    const needed = entry.settledAt <= now() ? entry.settledAt : entry.settledAt - SETTLING;
    const isSettled = (answer: Answer<KnownSecret>) =>
      entry.changed === undefined ? isRecent(answer) : answer.askedAt >= needed;
    const { value, askedAt } = await secret.satisfying(
      (answer) => isSettled(answer) && (answer.value.failure === undefined || isRecent(answer)),
      until,
    );
    if (now() - askedAt >= RECENT) void secret.renew();
    return value;
  }

  /** Renews the secrets that are due, a few at a time, and forgets deleted ones. After a failure, the next round tries again. */
  async function refreshAll(): Promise<void> {
    if (names.isDue()) await names.renew();
    const listed = names.last()?.value ?? new Map<string, Listed>();
    const kept = new Set([...[...listed.keys()].slice(0, MAX_KEPT), ...secrets.keys()]);
    const due = [...kept].filter((name) => isDue(secretOf(name), listed.get(name))).values();
    const work = async () => {
      for (const name of due) await secretOf(name).renew();
    };
    await Promise.all(Array.from({ length: PARALLEL_READS }, work));
    for (const [name, secret] of secrets)
      if (!listed.has(name) && secret.last()?.value.versions.length === 0) secrets.delete(name);
  }

  function isDue(secret: Remembered<KnownSecret>, entry: Listed | undefined): boolean {
    const answer = secret.last();
    const isUnsettled = answer && entry && answer.askedAt < entry.settledAt && entry.settledAt <= now();
    return secret.isDue() || answer === undefined || isUnsettled === true;
  }

  function refresh(): Promise<void> {
    refreshing ??= refreshAll().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  function isListed(wanted: readonly string[]): boolean {
    const listed = names.last()?.value;
    return listed !== undefined && wanted.some((name) => listed.has(name));
  }

  function warm(): void {
    firstRefresh = waitAtMost(refresh(), patience.unknown);
    setTimeout(() => void refresh(), 2 * SETTLING).unref(); // for secrets that changed just before the start
    setInterval(() => void refresh(), RECENT).unref();
  }

  return { known, search, isListed, warm, refresh };
}

/** The digest of a version's token, read now or earlier, with the vault's current dates. */
function toKnownVersion(
  { token, failure: _, ...dates }: TokenVersion,
  before: KnownVersion | undefined,
): KnownVersion | undefined {
  if (token !== undefined) return { ...dates, digest: tokenDigest(token), fingerprint: tokenFingerprint(token) };
  return before && { ...dates, digest: before.digest, fingerprint: before.fingerprint };
}
