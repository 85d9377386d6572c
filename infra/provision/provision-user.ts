import { type Change, changesBetween } from './changes.ts';
import type { Send } from './connection.ts';
import { createOf, type Dialect, patchOf } from './dialects.ts';
import type { DirectoryUser } from './directory.ts';
import { findUser, type Resource } from './find-user.ts';
import { isRecord } from './json.ts';
import { isActive } from './mapping.ts';
import { expectSuccess, RequestRefusedError } from './request-refused-error.ts';
import { userPath } from './user-requests.ts';
import { sourceValues } from './values.ts';

export interface Connector {
  readonly send: Send;
  readonly dialect: Dialect;
}

/** What became of one user. */
export type Outcome = 'created' | 'updated' | 'disabled' | 'restored' | 'deleted' | 'unchanged' | 'skipped';

export interface Provisioned {
  readonly outcome: Outcome;
  /** The service's id of the user; absent where it has none. */
  readonly id?: string;
  /** The object id that the resource belonged to, where this user took it over (a re-hire under the same userPrincipalName). */
  readonly takenFrom?: string;
}

/**
 * Brings one user of the directory to the service: creates it, or sends the attributes that differ. Who is out of scope,
 * blocked or in the recycle bin is only disabled. Throws RequestRefusedError.
 */
export async function provisionUser(connector: Connector, user: DirectoryUser, id?: string): Promise<Provisioned> {
  const resource = await findUser(connector.send, user, id);
  if (isActive(user)) return resource ? update(connector, user, resource) : create(connector, user);
  return resource ? disable(connector, resource) : { outcome: 'skipped' };
}

/** Deletes a user that the directory has deleted for good; one that is gone already is not missed. */
export async function deleteUser({ send }: Connector, id: string): Promise<Provisioned> {
  const answer = await send('DELETE', userPath(id));
  if (answer.status !== 404) expectSuccess('DELETE', userPath(id), answer);
  return { outcome: 'deleted' };
}

async function create({ send, dialect }: Connector, user: DirectoryUser): Promise<Provisioned> {
  const answer = await send('POST', '/Users', createOf(dialect, sourceValues(user)));
  expectSuccess('POST', '/Users', answer);
  const id = isRecord(answer.body) ? answer.body['id'] : undefined;
  if (typeof id === 'string' && id) return { outcome: 'created', id };
  throw new RequestRefusedError('POST', '/Users', 'was answered without the id of the new user');
}

async function update(connector: Connector, user: DirectoryUser, resource: Resource): Promise<Provisioned> {
  const { id, values } = resource;
  const changes = changesBetween(sourceValues(user), values);
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
  expectSuccess('PATCH', path, await send('PATCH', path, patchOf(dialect, changes)));
}

function outcomeOf(changes: readonly Change[]): Outcome {
  if (changes.length === 0) return 'unchanged';
  return changes.some(({ path }) => path === 'active') ? 'restored' : 'updated';
}
