import { CommandError } from '../commands/shared/command-error.ts';
import type { JsonRecord } from '../commands/shared/json.ts';
import type { Application } from './application.ts';
import type { Graph } from './graph.ts';
import { GraphError } from './graph-error.ts';
import { textOf } from './json.ts';

/** A user or group of the directory. */
export interface Principal {
  readonly id: string;
  readonly name: string;
  readonly kind: 'User' | 'Group';
}

/** The object ids of the assigned users and groups. */
export async function assignedTo(graph: Graph, { id }: Application): Promise<ReadonlySet<string>> {
  const assignments = await graph.list(`/servicePrincipals/${id}/appRoleAssignedTo?$top=100`);
  return new Set(assignments.map(({ principalId }) => textOf(principalId)));
}

/** Assigns a user or group to the application. */
export const assign = (graph: Graph, { id, userRole }: Application, principal: Principal) =>
  graph.send('POST', `/servicePrincipals/${id}/appRoleAssignedTo`, {
    principalId: principal.id,
    resourceId: id,
    appRoleId: userRole,
  });

/** Whether the error says that the assignment already exists. Graph has no separate error code for that. */
export const isAssignedAlready = (error: unknown): boolean =>
  error instanceof GraphError && error.status === 400 && /already exists/i.test(error.message);

/** The user with this object id or user principal name. Throws CommandError if there is none. */
export async function findUser(graph: Graph, text: string): Promise<Principal> {
  const user = await readUser(graph, text);
  if (user) return user;
  throw new CommandError(`The directory has no user ${text}: give the user principal name or the object id.`);
}

/** The user or group with this object id, user principal name, or mail address or name of a group. Throws CommandError. */
export async function findPrincipal(graph: Graph, text: string): Promise<Principal> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
  const user = isId || text.includes('@') ? await readUser(graph, text) : undefined;
  if (user) return user;
  if (!isId) return findGroup(graph, text);
  const group = await lookUp(graph, `/groups/${text}?${groupFields}`);
  return groupOf(group ? [group] : [], text);
}

async function readUser(graph: Graph, text: string): Promise<Principal | undefined> {
  const user = await lookUp(graph, `/users/${encodeURIComponent(text)}?$select=id,displayName,userPrincipalName`);
  const name = textOf(user?.['userPrincipalName']) || textOf(user?.['displayName']);
  return user && { id: textOf(user['id']), name, kind: 'User' };
}

const groupFields = '$select=id,displayName,mail,securityEnabled';

async function findGroup(graph: Graph, text: string): Promise<Principal> {
  const field = text.includes('@') ? 'mail' : 'displayName';
  const filter = encodeURIComponent(`${field} eq '${text.replaceAll("'", "''")}'`);
  return groupOf(await graph.list(`/groups?$filter=${filter}&${groupFields}`), text);
}

function groupOf(found: readonly JsonRecord[], text: string): Principal {
  const [group, ...more] = found;
  if (!group)
    throw new CommandError(
      `The directory has no user or group ${text}: give an object id, a user principal name, or a group's name.`,
    );
  if (more.length > 0)
    throw new CommandError(
      `The directory has ${found.length} groups named ${text}: give the object id of one of ${found.map(({ id }) => id).join(', ')}.`,
    );
  if (group['securityEnabled'] !== false)
    return { id: textOf(group['id']), name: textOf(group['displayName']), kind: 'Group' };
  throw new CommandError(`${text} is not a security-enabled group, and only those can be assigned to an application.`);
}

async function lookUp(graph: Graph, path: string): Promise<JsonRecord | undefined> {
  try {
    return (await graph.get(path)).body;
  } catch (error) {
    if (error instanceof GraphError && (error.status === 404 || error.status === 400)) return undefined;
    throw error;
  }
}
