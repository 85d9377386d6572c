import { CommandError } from '../commands/shared/command-error.ts';
import { connect, type Exchange } from './connection.ts';
import { remember } from './cycle.ts';
import { readDirectory } from './directory.ts';
import type { Job, JobContext } from './job.ts';
import type { DirectoryUser } from './mapping.ts';
import { type Connector, type Provisioned, provisionUser } from './provision-user.ts';
import { rehearse } from './rehearsal.ts';
import { readState, stateKey, writeState } from './state.ts';
import { testConnection } from './test-connection.ts';

/**
 * Provisions one user and prints each step, as the portal does (learn.microsoft.com, provision-on-demand). Like Entra, it matches the user again, uses the
 * dialect `scim` for every job, and disables an unassigned user, but does not restore a disabled one. Throws the errors of provisionUser, and CommandError
 * for a blocked or deleted user, whom Entra does not find on demand.
 */
export async function provisionOnDemand(job: Job, objectId: string, context: JobContext): Promise<void> {
  const { output } = context;
  const users = await readDirectory(job.directory, job.mapping);
  const state = await readState(job.state, stateKey(job.tenantUrl, job.token));
  const user = userToProvision(users, objectId, job.directory);
  const watch = (exchange: Exchange) => output.write(`${describe(exchange)}\n\n`);
  const send = connect({ ...job, ...context, watch });
  output.write('Test connection\n');
  await testConnection(send, job.tenantUrl, job.mapping);
  output.write(`Match ${user.userPrincipalName} and send the changes\n`);
  const connector: Connector = {
    send: job.dryRun ? rehearse(send, output) : send,
    dialect: 'scim',
    mapping: job.mapping,
    restores: false,
  };
  const provisioned = await provisionUser(connector, user);
  output.write(`Result: ${resultOf(provisioned)}\n`);
  if (job.dryRun) return void output.write('This was a dry run: neither the service nor the state was changed.\n');
  const links = new Map(state.users);
  remember(user, provisioned, { links, mapping: job.mapping });
  await writeState(job.state, { ...state, users: links });
}

function userToProvision(users: readonly DirectoryUser[], objectId: string, directory: string): DirectoryUser {
  const user = users.find(({ id }) => id.toLowerCase() === objectId.toLowerCase());
  if (!user) throw new CommandError(`${directory} has no user with the id ${objectId}: check --on-demand.`);
  const { userPrincipalName: name, accountEnabled, deletedDateTime } = user;
  if (deletedDateTime !== null)
    throw new CommandError(
      `${name} is in the recycle bin, and Entra does not find deleted users on demand: ${NEXT_CYCLE}`,
    );
  if (!accountEnabled)
    throw new CommandError(`${name} is blocked, and Entra does not find blocked users on demand: ${NEXT_CYCLE}`);
  return user;
}

const NEXT_CYCLE = 'the next cycle disables the user.';

function describe({ method, url, sent, response }: Exchange): string {
  const lines = [`${method} ${url}`];
  if (sent !== undefined) lines.push(pretty(sent));
  lines.push(`returned ${response.status} ${response.contentType}`.trimEnd());
  if (response.body !== undefined) lines.push(pretty(response.body));
  return lines.join('\n').replaceAll(/^/gm, '  ');
}

const pretty = (value: unknown): string => JSON.stringify(value, undefined, 2);

function resultOf({ outcome, id }: Provisioned): string {
  return id === undefined
    ? `${outcome}: the user is not assigned, and does not exist in the service.`
    : `${outcome}, id ${id}.`;
}
