import { randomBytes } from 'node:crypto';

/** The REST shapes of https://learn.microsoft.com/rest/api/keyvault/secrets, as far as this project uses them. */
export interface Attributes {
  readonly enabled?: boolean;
  /** Seconds since 1970, like all times here. */
  readonly nbf?: number;
  readonly exp?: number;
}

interface Version {
  readonly version: string;
  readonly value: string;
  readonly created: number;
  attributes: Attributes;
  tags: unknown;
  contentType: unknown;
}

interface Secret {
  readonly name: string;
  readonly versions: Version[];
  deletedDate: number;
}

export interface VaultAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** A change that a client asks for, from the body of its request. */
export interface Change {
  readonly value?: string;
  readonly attributes?: Attributes;
  readonly tags?: unknown;
  readonly contentType?: unknown;
}

export interface VaultSecrets {
  /** Adds a version, or answers 409 while a deleted secret has the name. */
  set(name: string, change: Change): VaultAnswer;
  update(name: string, version: string, change: Change): VaultAnswer;
  get(name: string, version: string): VaultAnswer;
  remove(name: string): VaultAnswer;
  recover(name: string): VaultAnswer;
  getDeleted(name: string): VaultAnswer;
  purge(name: string): VaultAnswer;
  /** All items of a listing before it is split into pages; undefined if the secret does not exist. */
  list(name?: string): readonly unknown[] | undefined;
  listDeleted(): readonly unknown[];
}

const PURGED_AFTER = 90 * 24 * 60 * 60;
const seconds = (): number => Math.floor(Date.now() / 1_000);

export const failure = (status: number, code: string, message: string, inner?: string): VaultAnswer => ({
  status,
  body: { error: { code, message, ...(inner && { innererror: { code: inner } }) } },
});

/** The secrets of a vault with soft delete at `uri`. Names are case-insensitive, and the id of a version does not show its age. */
export function vaultSecrets(uri: () => string): VaultSecrets {
  const secrets = new Map<string, Secret>();
  const deleted = new Map<string, Secret>();
  const missing = (name: string) =>
    failure(404, 'SecretNotFound', `A secret with (name/id) ${name} was not found in this key vault.`);

  const item = (name: string, { version, created, attributes, tags, contentType }: Version, withVersion: boolean) => ({
    id: `${uri()}/secrets/${name}${withVersion ? `/${version}` : ''}`,
    attributes: { enabled: true, ...attributes, created, updated: created, recoveryLevel: 'Recoverable+Purgeable' },
    tags,
    contentType,
  });
  const bundle = (name: string, version: Version) => ({ ...item(name, version, true), value: version.value });
  const deletion = (name: string) => {
    const deletedDate = deleted.get(name.toLowerCase())?.deletedDate ?? 0;
    const recoveryId = `${uri()}/deletedsecrets/${name}`;
    return { recoveryId, deletedDate, scheduledPurgeDate: deletedDate + PURGED_AFTER };
  };
  const findVersion = (name: string, version: string): Version | undefined => {
    const versions = secrets.get(name.toLowerCase())?.versions ?? [];
    return version ? versions.find((one) => one.version === version) : versions.at(-1);
  };

  /** Moves a secret between the active and the deleted ones, and returns its current version. */
  function move(name: string, from: Map<string, Secret>, to: Map<string, Secret>): Version | undefined {
    const secret = from.get(name.toLowerCase());
    if (!secret) return undefined;
    from.delete(name.toLowerCase());
    secret.deletedDate = seconds();
    to.set(name.toLowerCase(), secret);
    return secret.versions.at(-1);
  }

  return {
    set(name, { value, attributes = {}, tags, contentType }) {
      if (!/^[0-9a-zA-Z-]{1,127}$/.test(name) || value === undefined)
        return failure(400, 'BadParameter', 'Bad request.');
      if (deleted.has(name.toLowerCase())) {
        const message = `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`;
        return failure(409, 'Conflict', message, 'ObjectIsDeletedButRecoverable');
      }
      const secret = secrets.get(name.toLowerCase()) ?? { name, versions: [], deletedDate: 0 };
      secrets.set(name.toLowerCase(), secret);
      const id = randomBytes(16).toString('hex');
      const version = { version: id, value, created: seconds(), attributes, tags, contentType };
      secret.versions.push(version);
      return { status: 200, body: bundle(name, version) };
    },
    update(name, id, { attributes, tags, contentType }) {
      const version = findVersion(name, id);
      if (!version) return missing(name);
      version.attributes = { ...version.attributes, ...attributes };
      version.tags = tags ?? version.tags;
      version.contentType = contentType ?? version.contentType;
      return { status: 200, body: item(name, version, true) };
    },
    get(name, id) {
      const version = findVersion(name, id);
      if (!version) return missing(name);
      if (version.attributes.enabled === false) {
        return failure(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled');
      }
      return { status: 200, body: bundle(name, version) };
    },
    remove(name) {
      const version = move(name, secrets, deleted);
      return version ? { status: 200, body: { ...item(name, version, true), ...deletion(name) } } : missing(name);
    },
    recover(name) {
      const version = move(name, deleted, secrets);
      return version ? { status: 200, body: item(name, version, true) } : missing(name);
    },
    getDeleted(name) {
      const version = deleted.get(name.toLowerCase())?.versions.at(-1);
      return version ? { status: 200, body: { ...item(name, version, true), ...deletion(name) } } : missing(name);
    },
    purge: (name) => (deleted.delete(name.toLowerCase()) ? { status: 204 } : missing(name)),
    list(name) {
      if (name !== undefined) {
        const versions = secrets.get(name.toLowerCase())?.versions;
        return versions
          ?.toSorted((a, b) => (a.version < b.version ? -1 : 1))
          .map((version) => item(name, version, true));
      }
      return currentOf(secrets).map(([secret, version]) => item(secret, version, false));
    },
    listDeleted: () =>
      currentOf(deleted).map(([secret, version]) => ({ ...item(secret, version, false), ...deletion(secret) })),
  };
}

function currentOf(secrets: ReadonlyMap<string, Secret>): (readonly [string, Version])[] {
  return [...secrets.values()].flatMap(({ name, versions }) => {
    const current = versions.at(-1);
    return current ? [[name, current] as const] : [];
  });
}
