import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A resource as the Bicep CLI predicts it. Values that only Azure knows are expressions in square brackets. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly apiVersion: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly sku?: { readonly name: string };
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The snapshot that `npm run check:infra` writes and compares. */
export interface Snapshot {
  readonly predictedResources: readonly Resource[];
  readonly diagnostics: readonly unknown[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The deployed environments. */
export const SNAPSHOTS = ['test', 'production'] as const;

export type SnapshotName = (typeof SNAPSHOTS)[number];

export const snapshotText = (name: SnapshotName): string =>
  readFileSync(join(import.meta.dirname, '../../../infra', `${name}.snapshot.json`), 'utf8');

/** The CLI writes the file, so its form is not checked. */
export const readSnapshot = (name: SnapshotName): Snapshot => JSON.parse(snapshotText(name));

export const resourcesOf = (name: SnapshotName, type: string): readonly Resource[] =>
  readSnapshot(name).predictedResources.filter((resource) => resource.type === type);

/** The only resource of its type. Throws if there is none, or more than one. */
export function resourceOf(name: SnapshotName, type: string): Resource {
  const [resource, ...others] = resourcesOf(name, type);
  if (resource && others.length === 0) return resource;
  throw new Error(`${name} has ${others.length + (resource ? 1 : 0)} resources of the type ${type}, not one.`);
}

/** The storage account for that purpose, found by the start of its name. */
export function storageOf(name: SnapshotName, purpose: 'host' | 'data'): Resource {
  const accounts = resourcesOf(name, 'Microsoft.Storage/storageAccounts');
  const account = accounts.find((one) => one.name.startsWith(purpose === 'host' ? 'sth' : 'std'));
  if (account) return account;
  throw new Error(`${name} has no storage account for ${purpose}.`);
}

/** The scope of a role assignment, a lock or a diagnostic setting: the part of its id before its own provider. */
export const scopeOf = ({ id }: Resource): string => id.slice(0, id.lastIndexOf('/providers/'));
