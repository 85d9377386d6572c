// @ts-nocheck
import { ScimError } from '../scim/errors.ts';
import type { Clock } from './clock.ts';
import {
  type Answer,
  FRESH,
  memoryOf,
  type Patience,
  RECENT,
  type Remembered,
  vaultUnavailable,
  within,
} from './remembered.ts';
import { tokenDigest, tokenFingerprint } from './token.ts';
import type { TokenVault, TokenVersion } from './token-vault.ts';

/** A version as it is kept in memory: enough to recognise its token, not the token. */
export interface KnownVersion {
  readonly digest: Buffer;
  readonly fingerprint: string;
  readonly version?: string;
  readonly createdOn?: Date;
  readonly notBefore?: Date;
  readonly expiresOn?: Date;
}

/** What is known of a secret. */
interface KnownSecret {
  readonly versions: readonly KnownVersion[];
  /** What kept some versions from being read: a token that is not among the others may be theirs. */
  readonly failure?: unknown;
}

/** What a search found, and what kept it from being complete; without that, the vault has said that there is no more. */
export interface Search {
  readonly versions: readonly KnownVersion[];
  readonly failure?: ScimError;
}

export interface TokenCache {
  /** The versions of these secrets that are in memory, at once but for a secret that is overdue unawares. */
  known(names: readonly string[]): Promise<readonly KnownVersion[]>;
  /** The versions of these secrets by what the vault says now, waiting for it until then at most. Never rejects. */
  search(names: readonly string[], until: number): Promise<Search>;
  /** Whether the vault had one of these secrets when it was last asked. */
  isListed(names: readonly string[]): boolean;
  /** Begins to learn all secrets and to keep them fresh, in the background. */
  warm(): void;
  /** What `warm` does every 30 seconds: asks for all that is due. Never rejects. */
  refresh(): Promise<void>;
}

/** When a secret was last changed, by the vault's word, and since when an answer of the vault has that change for certain. */
interface Listed {
  readonly changed: number | undefined;
  readonly settledAt: number;
}

/** The vault dates changes in seconds, so a second one may follow in the same: what is asked for this long after is after both. */
const SETTLING = 2_000;

/** Secrets that are kept fresh, and how many of them are asked for at once. */
const MOST_KEPT = 5_000;
const AT_ONCE = 4;

interface Parts {
  readonly clock: Clock;
  readonly patience: Patience;
}

/**
 * What the vault said, kept as remembered.ts has it. Only names that the vault lists are asked for and kept, so tokens of made-up tenants cost
 * neither vault calls nor memory. A token that is not known is decided by the listing, whose age is the same for all: it tells which secrets
 * changed since they were read. So neither the answer nor its time tells whether the tenant exists.
 */
export function tokenCache(vault: TokenVault, { clock, patience }: Parts): TokenCache {
  const now = clock.elapsed;
  const remember = memoryOf({ now, patience, waitsFor: () => vault.waitsFor?.() ?? 'vault' });
  const names = remember((last: ReadonlyMap<string, Listed> | undefined) => list(last));
  const secrets = new Map<string, Remembered<KnownSecret>>();
  let learned: Promise<void> = Promise.resolve();
  let refreshing: Promise<void> | undefined;

  async function list(last: ReadonlyMap<string, Listed> | undefined): Promise<ReadonlyMap<string, Listed>> {
    const listed = [...(await vault.listSecrets())];
    return new Map(
      listed.map(([name, changed]) => [name, { changed, settledAt: settledAt(changed, last?.get(name)) }]),
    );
  }

  function settledAt(changed: number | undefined, before: Listed | undefined): number {
    if (before && before.changed === changed) return before.settledAt;
    const isLongAgo = changed !== undefined && clock.date() - changed > FRESH;
    return isLongAgo ? now() : now() + SETTLING;
  }

  /** Requests that ask for the same secret share one memory of it. */
  function secretOf(name: string): Remembered<KnownSecret> {
    const secret = secrets.get(name) ?? remember((last: KnownSecret | undefined) => read(name, last));
    secrets.set(name, secret);
    return secret;
  }

  async function read(name: string, last: KnownSecret | undefined): Promise<KnownSecret> {
    const before = new Map((last?.versions ?? []).map((version) => [version.version, version]));
    const read = await vault.readVersions(name, (version) => before.has(version));
    return {
      versions: read.flatMap((version) => knownOf(version, before.get(version.version)) ?? []),
      failure: read.find(({ failure }) => failure !== undefined)?.failure,
    };
  }

  async function known(wanted: readonly string[]): Promise<readonly KnownVersion[]> {
    const answers = await Promise.all(wanted.map((name) => secrets.get(name)?.current()));
    return answers.flatMap((answer) => answer?.value.versions ?? []);
  }

  async function search(wanted: readonly string[], until: number): Promise<Search> {
    await within(learned, until - now());
    try {
      const { value } = await names.fitting(({ answeredAt }) => now() - answeredAt < RECENT, until);
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

  /** Waits only where the secret was changed since it was read, or could not be read in full. What is not so recent is read again for the next. */
  async function readListed(secret: Remembered<KnownSecret>, entry: Listed, until: number): Promise<KnownSecret> {
    const isRecent = ({ askedAt }: Answer<KnownSecret>) => now() - askedAt < RECENT;
    const needed = entry.settledAt <= now() ? entry.settledAt : entry.settledAt - SETTLING;
    const isSettled = (answer: Answer<KnownSecret>) =>
      entry.changed === undefined ? isRecent(answer) : answer.askedAt >= needed;
    const { value, askedAt } = await secret.fitting(
      (answer) => isSettled(answer) && (answer.value.failure === undefined || isRecent(answer)),
      until,
    );
    if (now() - askedAt >= RECENT) void secret.renew();
    return value;
  }

  /** Whatever is listed or kept, and due, is asked for, a few at a time; what fails is left to the next time. What is gone is forgotten. */
  async function refreshAll(): Promise<void> {
    if (names.isDue()) await names.renew();
    const listed = names.last()?.value ?? new Map<string, Listed>();
    const kept = new Set([...[...listed.keys()].slice(0, MOST_KEPT), ...secrets.keys()]);
    const due = [...kept].filter((name) => isDue(secretOf(name), listed.get(name))).values();
    const work = async () => {
      for (const name of due) await secretOf(name).renew();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
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
    learned = within(refresh(), patience.unknown);
    setTimeout(() => void refresh(), 2 * SETTLING).unref(); // of secrets that were changed just before
    setInterval(() => void refresh(), RECENT).unref();
  }

  return { known, search, isListed, warm, refresh };
}

/** A version is known by what was read of it now or before, and dated by what the vault says now. */
function knownOf(
  { token, failure: _, ...dates }: TokenVersion,
  before: KnownVersion | undefined,
): KnownVersion | undefined {
  if (token !== undefined) return { ...dates, digest: tokenDigest(token), fingerprint: tokenFingerprint(token) };
  return before && { ...dates, digest: before.digest, fingerprint: before.fingerprint };
}
