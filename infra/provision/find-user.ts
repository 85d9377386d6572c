import type { Send } from './connection.ts';
import type { DirectoryUser } from './directory.ts';
import { isRecord } from './json.ts';
import { expectSuccess, RequestRefusedError } from './request-refused-error.ts';
import { matchPath, userPath } from './user-requests.ts';
import { targetValues, type Values } from './values.ts';

/** A user of the service, as far as the mapping knows it. */
export interface Resource {
  readonly id: string;
  readonly values: Values;
}

/** Finds a user by the cached id, else by the matching attributes in their order of precedence. Throws RequestRefusedError. */
export async function findUser(send: Send, user: DirectoryUser, id?: string): Promise<Resource | undefined> {
  return (
    (id === undefined ? undefined : await getUser(send, id)) ??
    (await matchUser(send, 'externalId', user.id)) ??
    (await matchUser(send, 'userName', user.userPrincipalName))
  );
}

/** The user with this id; undefined where the service does not know it (any more). */
export async function getUser(send: Send, id: string): Promise<Resource | undefined> {
  const path = userPath(id);
  const answer = await send('GET', path);
  if (answer.status === 404) return undefined;
  expectSuccess('GET', path, answer);
  return readResource(path, answer.body);
}

async function matchUser(send: Send, attribute: string, value: string): Promise<Resource | undefined> {
  const path = matchPath(attribute, value);
  const answer = await send('GET', path);
  expectSuccess('GET', path, answer);
  const found = isRecord(answer.body) ? (answer.body['Resources'] ?? []) : undefined;
  if (!Array.isArray(found)) throw new RequestRefusedError('GET', path, 'was not answered with a ListResponse');
  if (found.length <= 1) return found.length === 0 ? undefined : readResource(path, found[0]);
  throw new RequestRefusedError(
    'GET',
    path,
    `matches ${found.length} users: Entra takes none where more than one match`,
  );
}

function readResource(path: string, body: unknown): Resource {
  const id = isRecord(body) ? body['id'] : undefined;
  if (isRecord(body) && typeof id === 'string' && id) return { id, values: targetValues(body) };
  throw new RequestRefusedError('GET', path, 'was answered with a user without an id');
}
