import type { ProvisionOptions } from './arguments.ts';
import { connect, type Send } from './connection.ts';
import { type Result, runCycle } from './cycle.ts';
import type { DirectoryUser } from './directory.ts';
import { getUser } from './find-user.ts';
import { type Plan, planCycle } from './plan.ts';
import { showProgress } from './progress.ts';
import { type State, writeState } from './state.ts';
import { hasFailed, summaryOf } from './summary.ts';
import type { Surroundings } from './surroundings.ts';
import { testConnection } from './test-connection.ts';

/** One cycle over the whole directory: the initial one, or with a saved state an incremental one. Returns the exit code. */
export async function provisionDirectory(
  options: ProvisionOptions,
  users: readonly DirectoryUser[],
  state: State,
  surroundings: Surroundings,
): Promise<number> {
  const { output } = surroundings;
  const { tenantUrl, directory, dialect } = options;
  const send = connect({ ...options, wait: surroundings.wait });
  await testConnection(send, tenantUrl);
  output.write(`Test connection: ${tenantUrl.base} answers.\n`);
  const isRestart = await hasForgotten(send, state);
  output.write(`${titleOf(state, isRestart)}: ${users.length} users in ${directory}, dialect ${dialect}.\n\n`);
  const results = await runAndKeep(options, send, planCycle(users, state, isRestart), state, surroundings);
  output.write(`\nThe state is kept in ${options.state}; ${nextStep(surroundings)}\n`);
  if (surroundings.stop.aborted) return 130;
  return results.some(hasFailed) ? 1 : 0;
}

/** Runs the cycle; the state and the summary are written also where it ends early. */
async function runAndKeep(
  { state: path, dialect }: ProvisionOptions,
  send: Send,
  plan: Plan,
  state: State,
  { output, stop }: Surroundings,
): Promise<readonly Result[]> {
  const links = new Map(state.users);
  const results: Result[] = [];
  const progress = showProgress(output, sizeOf(plan));
  const report = (result: Result) => {
    results.push(result);
    progress.advance();
  };
  try {
    await runCycle({ connector: { send, dialect }, plan, links, stop, report });
  } finally {
    progress.end();
    output.write(`${summaryOf(results)}\n`);
    await writeState(path, { ...state, lastCycle: new Date().toISOString(), users: links });
  }
  return results;
}

const sizeOf = ({ leavers, others, unchanged, skipped }: Plan): number =>
  leavers.length + others.length + unchanged.length + skipped.length;

/** Whether the service no longer knows the users that it had, as after a start with empty tables: one of them is asked for. */
async function hasForgotten(send: Send, state: State): Promise<boolean> {
  const id = [...state.users.values()].find((link) => link.id !== undefined)?.id;
  return id !== undefined && (await getUser(send, id)) === undefined;
}

function titleOf({ lastCycle }: State, isRestart: boolean): string {
  if (isRestart) return 'The service does not know the users of the last cycle, so all are matched anew';
  return lastCycle === undefined ? 'Initial cycle' : `Incremental cycle since ${lastCycle}`;
}

function nextStep({ stop }: Surroundings): string {
  if (stop.aborted) return 'stopped before the end: the same command again goes on.';
  return 'the same command again runs an incremental cycle. Delete the file to begin with an initial one.';
}
