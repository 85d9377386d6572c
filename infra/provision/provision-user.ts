import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord } from '../commands/shared/json.ts';
import { expectSuccess, RequestRefusedError, type Send } from './connection.ts';
import { type Change, changesBetween, createOf, type Dialect, patchOf, referenceOf } from './dialects.ts';
import {
  type DirectoryUser,
  isActive,
  type Mapping,
  matchesOf,
  sourceValues,
  targetValues,
  type Values,
  withoutReferences,
} from './mapping.ts';

/** The settings with which users are provisioned. */
export interface Connector {
  readonly send: Send;
  readonly dialect: Dialect;
  readonly mapping: Mapping;
  /** Whether a user who is disabled in the service and active in the directory is restored; true by default. */
  readonly restores?: boolean;
}

/** What the connector did with one user. */
export type Outcome = 'created' | 'updated' | 'disabled' | 'restored' | 'deleted' | 'unchanged' | 'skipped';

/** The result for one user. */
export interface Provisioned {
  readonly outcome: Outcome;
  /** The service's id of the user; absent if the service has no such user. */
  readonly id?: string;
  /** The object id of the resource's earlier owner, if the user took it over (a re-hire with the same userPrincipalName). */
  readonly takenFrom?: string;
}

/**
 * Provisions one user of the directory: creates the user, or sends the attributes that differ. A user who is out of scope,
 * blocked or in the recycle bin is only disabled. Throws RequestRefusedError, and CommandError for a disabled user if the connector does not restore users.
 */
export async function provisionUser(connector: Connector, user: DirectoryUser, id?: string): Promise<Provisioned> {
  const resource = await findUser(connector, user, id);
  if (isActive(user)) return resource ? update(connector, user, resource) : create(connector, user);
  return resource ? disable(connector, resource) : { outcome: 'skipped' };
}

/** Sets a reference from one user of the service to another, such as the manager. Throws RequestRefusedError. */
export async function setReference({ send, dialect }: Connector, id: string, { path, to }: Reference): Promise<void> {
  expectSuccess(`PATCH ${userPath(id)}`, await send('PATCH', userPath(id), referenceOf(dialect, path, to)));
}

interface Reference {
  readonly path: string;
  /** The service's id of the other user. */
  readonly to: string;
}

/** Deletes a user that the directory has permanently deleted. If the service no longer has the user, that counts as success. */
export async function deleteUser({ send }: Connector, id: string): Promise<Provisioned> {
  const response = await send('DELETE', userPath(id));
  if (response.status !== 404) expectSuccess(`DELETE ${userPath(id)}`, response);
  return { outcome: 'deleted' };
}

async function create({ send, dialect, mapping }: Connector, user: DirectoryUser): Promise<Provisioned> {
  const response = await send('POST', '/Users', createOf(dialect, sourceValues(user, withoutReferences(mapping))));
  expectSuccess('POST /Users', response);
  const id = isRecord(response.body) ? response.body['id'] : undefined;
  if (typeof id === 'string' && id) return { outcome: 'created', id };
  throw new RequestRefusedError('POST /Users', 'returned no id of the new user');
}

async function update(connector: Connector, user: DirectoryUser, resource: Resource): Promise<Provisioned> {
  const { id, values } = resource;
  const { mapping, restores = true } = connector;
  if (values['active'] === false && !restores)
    throw new CommandError(
      `${user.userPrincipalName} is disabled in the service, and Entra does not restore users on demand: the next cycle restores the user.`,
    );
  const changes = changesBetween(sourceValues(user, mapping), values, withoutReferences(mapping));
  if (changes.length > 0) await patch(connector, id, changes);
  const done = { outcome: outcomeOf(changes), id };
  const owner = values['externalId'];
  return typeof owner === 'string' && owner !== user.id ? { ...done, takenFrom: owner } : done;
}

async function disable(connector: Connector, { id, values }: Resource): Promise<Provisioned> {
  if (values['active'] === false) return { outcome: 'unchanged', id };
  await patch(connector, id, [{ kind: 'replace', path: 'active', value: false }]);
  return { outcome: 'disabled', id };
}

async function patch({ send, dialect }: Connector, id: string, changes: readonly Change[]): Promise<void> {
  const path = userPath(id);
  expectSuccess(`PATCH ${path}`, await send('PATCH', path, patchOf(dialect, changes)));
}

function outcomeOf(changes: readonly Change[]): Outcome {
  if (changes.length === 0) return 'unchanged';
  return changes.some(({ path }) => path === 'active') ? 'restored' : 'updated';
}

/** A user of the service, with the values of the mapped attributes. */
export interface Resource {
  readonly id: string;
  readonly values: Values;
}

/** Finds a user by the saved id or, if there is none, by the matching attributes in their order of precedence. Throws RequestRefusedError. */
async function findUser(connector: Connector, user: DirectoryUser, id?: string): Promise<Resource | undefined> {
  const known = id === undefined ? undefined : await getUser(connector, id);
  if (known) return known;
  for (const [attribute, value] of matchesOf(connector.mapping, user)) {
    const found = await matchUser(connector, attribute, value);
    if (found) return found;
  }
  return undefined;
}

type Reader = Pick<Connector, 'send' | 'mapping'>;

/** Reads the user with this id; undefined if the service does not have it. */
export async function getUser({ send, mapping }: Reader, id: string): Promise<Resource | undefined> {
  const path = userPath(id);
  const response = await send('GET', path);
  if (response.status === 404) return undefined;
  expectSuccess(`GET ${path}`, response);
  return readResource(path, response.body, mapping);
}

async function matchUser({ send, mapping }: Reader, attribute: string, value: string): Promise<Resource | undefined> {
  const path = matchPath(attribute, value);
  const response = await send('GET', path);
  expectSuccess(`GET ${path}`, response);
  const found = isRecord(response.body) ? (response.body['Resources'] ?? []) : undefined;
  if (!Array.isArray(found)) throw new RequestRefusedError(`GET ${path}`, 'did not return a ListResponse');
  if (found.length <= 1) return found.length === 0 ? undefined : readResource(path, found[0], mapping);
  throw new RequestRefusedError(
    `GET ${path}`,
    `matches ${found.length} users: Entra uses none of them if there are several`,
  );
}

function readResource(path: string, body: unknown, mapping: Mapping): Resource {
  const id = isRecord(body) ? body['id'] : undefined;
  if (isRecord(body) && typeof id === 'string' && id) return { id, values: targetValues(body, mapping) };
  throw new RequestRefusedError(`GET ${path}`, 'returned a user without an id');
}

/** The path of one user. */
const userPath = (id: string): string => `/Users/${encodeURIComponent(id)}`;

/** The path of a matching query, escaped as Entra does: a space as `+`, `@` as `%40`, a quote as `%22`, `+` as `%2B`. */
export function matchPath(attribute: string, value: string): string {
  const filter = `${attribute} eq ${JSON.stringify(value)}`;
  return `/Users?filter=${encodeURIComponent(filter).replaceAll('%20', '+')}`;
}
