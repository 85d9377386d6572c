import { CommandError } from '../commands/shared/command-error.ts';
import { connect, type Exchange } from './connection.ts';
import { remember } from './cycle.ts';
import { readDirectory } from './directory.ts';
import type { Job, JobContext } from './job.ts';
import type { DirectoryUser } from './mapping.ts';
import { type Provisioned, provisionUser } from './provision-user.ts';
import { readState, stateKey, writeState } from './state.ts';
import { testConnection } from './test-connection.ts';

/**
 * Provisions one user and prints each step, as the portal does (learn.microsoft.com, provision-on-demand): matched anew and in
 * the shapes without the flag, whatever the job uses. Throws as provisionUser does.
 */
export async function provisionOnDemand(job: Job, objectId: string, { output, wait }: JobContext): Promise<void> {
  const users = await readDirectory(job.directory, job.mapping);
  const state = await readState(job.state, stateKey(job.tenantUrl, job.token));
  const user = userToProvision(users, objectId, job.directory);
  const watch = (exchange: Exchange) => output.write(`${describe(exchange)}\n\n`);
  const send = connect({ ...job, wait, watch });
  output.write('Test connection\n');
  await testConnection(send, job.tenantUrl);
  output.write(`Match ${user.userPrincipalName}, and do what is missing\n`);
  const provisioned = await provisionUser({ send, dialect: 'scim', mapping: job.mapping }, user);
  output.write(`Result: ${resultOf(provisioned)}\n`);
  const links = new Map(state.users);
  remember(user, provisioned, { links, mapping: job.mapping });
  await writeState(job.state, { ...state, users: links });
}

function userToProvision(users: readonly DirectoryUser[], objectId: string, directory: string): DirectoryUser {
  const user = users.find(({ id }) => id.toLowerCase() === objectId.toLowerCase());
  if (!user) throw new CommandError(`${directory} has no user with the id ${objectId}: check --on-demand.`);
  const { userPrincipalName: name, assigned, deletedDateTime } = user;
  if (!assigned) throw new CommandError(`${name} is not assigned, and Entra provisions only who is.`);
  if (deletedDateTime === null) return user;
  throw new CommandError(`${name} is in the recycle bin, and Entra provisions nobody on demand who is.`);
}

function describe({ method, url, sent, answer }: Exchange): string {
  const lines = [`${method} ${url}`];
  if (sent !== undefined) lines.push(pretty(sent));
  lines.push(`answered ${answer.status} ${answer.contentType}`.trimEnd());
  if (answer.body !== undefined) lines.push(pretty(answer.body));
  return lines.join('\n').replaceAll(/^/gm, '  ');
}

const pretty = (value: unknown): string => JSON.stringify(value, undefined, 2);

function resultOf({ outcome, id }: Provisioned): string {
  return id === undefined ? `${outcome}: blocked, and unknown to the service.` : `${outcome}, id ${id}.`;
}
