import { CommandError } from '../commands/shared/command-error.ts';
import type { ProvisionOptions } from './arguments.ts';
import { connect, type Exchange } from './connection.ts';
import { remember } from './cycle.ts';
import type { DirectoryUser } from './directory.ts';
import { type Provisioned, provisionUser } from './provision-user.ts';
import { type State, writeState } from './state.ts';
import type { Surroundings } from './surroundings.ts';
import { testConnection } from './test-connection.ts';

interface OnDemandOptions extends ProvisionOptions {
  readonly onDemand: string;
}

/**
 * Provisions one user and prints each step, as the portal does (learn.microsoft.com, provision-on-demand): matched anew and in
 * the shapes without the flag, whatever the job uses. Returns the exit code; throws as provisionUser does.
 */
export async function provisionOnDemand(
  options: OnDemandOptions,
  users: readonly DirectoryUser[],
  state: State,
  { output, wait }: Surroundings,
): Promise<number> {
  const user = userToProvision(users, options);
  const watch = (exchange: Exchange) => output.write(`${describe(exchange)}\n\n`);
  const send = connect({ ...options, wait, watch });
  output.write('Test connection\n');
  await testConnection(send, options.tenantUrl);
  output.write(`Match ${user.userPrincipalName}, and do what is missing\n`);
  const provisioned = await provisionUser({ send, dialect: 'scim' }, user);
  output.write(`Result: ${resultOf(provisioned)}\n`);
  const links = new Map(state.users);
  remember(user, provisioned, links);
  await writeState(options.state, { ...state, users: links });
  return 0;
}

function userToProvision(users: readonly DirectoryUser[], { onDemand, directory }: OnDemandOptions): DirectoryUser {
  const user = users.find(({ id }) => id.toLowerCase() === onDemand.toLowerCase());
  if (!user) throw new CommandError(`${directory} has no user with the id ${onDemand}: check --on-demand.`);
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
