import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, parseJson } from '../commands/shared/json.ts';
import type { Mapping, Value, Values } from './mapping.ts';
import type { TenantUrl } from './tenant-url.ts';

/** One user of the directory, as the state stores it. */
export interface Link {
  /** The service's id; absent if the user was never provisioned (blocked from the start). */
  readonly id?: string;
  /** Whether the user was assigned. A user who is deleted from the directory while unassigned is not deleted in the service. */
  readonly assigned: boolean;
  /** The mapped values of the user. */
  readonly values: Values;
}

/** The state between two cycles. */
export interface State {
  /** Identifies the tenant and the service of the state (see stateKey). */
  readonly key: string;
  /** Identifies the mapping of the last cycle (see mappingKey); absent before the first cycle. */
  readonly mapping?: string;
  /** When the last cycle ended, in ISO 8601; absent before the first cycle. */
  readonly lastCycle?: string;
  /** Object id -> link. */
  readonly users: ReadonlyMap<string, Link>;
}

/** Reads the state, which is empty if the file does not exist. Throws CommandError if the file is not valid or belongs to another tenant or service. */
export async function readState(path: string, key: string): Promise<State> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new CommandError(`The state file ${path} cannot be read (${error.code}): check --state.`);
  });
  if (text === undefined) return { key, users: new Map() };
  const state = parseState(text);
  if (!state) throw new CommandError(`${path} is not a state file: delete it, or name another file with --state.`);
  if (state.key === key) return state;
  throw new CommandError(
    `The state file ${path} belongs to another tenant or service: name another file with --state.`,
  );
}

/** Writes the state to a new file and then renames it, so that a crash leaves either the old or the new state. */
export async function writeState(path: string, state: State): Promise<void> {
  const text = JSON.stringify({ ...state, users: Object.fromEntries(state.users) }, undefined, 2);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, `${text}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // the file system throws nothing else
    throw new CommandError(`The state cannot be written to ${path} (${code}): name another file with --state.`);
  }
}

function parseState(text: string): State | undefined {
  const content = parseJson(text);
  if (!isRecord(content) || typeof content['key'] !== 'string' || !isRecord(content['users'])) return undefined;
  const users = new Map<string, Link>();
  for (const [objectId, value] of Object.entries(content['users'])) {
    if (!isLink(value)) return undefined;
    users.set(objectId, value);
  }
  const { key, lastCycle, mapping } = content;
  return {
    key,
    users,
    ...(typeof lastCycle === 'string' && { lastCycle }),
    ...(typeof mapping === 'string' && { mapping }),
  };
}

function isLink(value: unknown): value is Link {
  if (!isRecord(value) || typeof value['assigned'] !== 'boolean' || !isRecord(value['values'])) return false;
  const hasId = value['id'] === undefined || typeof value['id'] === 'string';
  return hasId && Object.values(value['values']).every(isValue);
}

const isValue = (value: unknown): value is Value => typeof value === 'string' || typeof value === 'boolean';

/**
 * Identifies a tenant of a service. Of the token, it uses only the part before the first dot, which is the tenant: the token is not revealed, and the state
 * stays valid when the token is replaced.
 */
export function stateKey({ base }: TenantUrl, token: string): string {
  const tenant = token.includes('.') ? token.slice(0, token.indexOf('.')) : '';
  return createHash('sha256').update(`${tenant} ${base}`).digest('hex').slice(0, 12);
}

/** Identifies a mapping: any change of the mapping changes the key. */
export const mappingKey = (mapping: Mapping): string =>
  createHash('sha256').update(JSON.stringify(mapping)).digest('hex').slice(0, 12);

/** The default path of the state file: `.provision/<host>-<service>-<key>.json`. */
export function defaultStatePath(tenantUrl: TenantUrl, token: string): string {
  const { host, pathname } = new URL(tenantUrl.base);
  const service = pathname.split('/').find(Boolean) ?? 'scim';
  const name = `${host}-${service}-${stateKey(tenantUrl, token)}`.replaceAll(/[^\w.-]/g, '-');
  return join('.provision', `${name}.json`);
}
