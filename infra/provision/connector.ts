/**
 * The connector's stand-in: does to a SCIM service what Entra's connector does with a directory. This file is the door of its folder: what
 * commands, tests and other parts of infra need of it, they import from here; but what needs no Node (mapping.ts, parse-directory.ts)
 * from where it is, since a browser may load it.
 */
import { showProgress } from '../commands/shared/output.ts';
import { connect, type Send } from './connection.ts';
import { type Result, runCycle } from './cycle.ts';
import { readDirectory } from './directory.ts';
import type { Job, JobContext } from './job.ts';
import { type Plan, planCycle } from './plan.ts';
import { type Connector, getUser } from './provision-user.ts';
import { rehearse } from './rehearsal.ts';
import { confirmRemovals, removalsIn } from './removals.ts';
import { mappingKey, readState, type State, stateKey, writeState } from './state.ts';
import { hasFailed, summaryOf } from './summary.ts';
import { withFlag } from './tenant-url.ts';
import { testConnection } from './test-connection.ts';

export { type Answer, describeAnswer } from './connection.ts';
export { defaultMapping } from './default-mapping.ts';
export { type Dialect, dialects, isDialect } from './dialects.ts';
export { type Job, type JobContext, type JobSettings, jobOf } from './job.ts';
export type { Mapping } from './mapping.ts';
export { provisionOnDemand } from './provision-on-demand.ts';
export { PATCH_FLAG } from './tenant-url.ts';
export { probePath } from './test-connection.ts';

/**
 * One cycle over the whole directory: the initial one, or with a saved state an incremental one. Resolves to the exit code: 0, 1 where
 * somebody failed, 130 where it was stopped. Throws CommandError where it makes no sense to go on.
 */
export async function provisionDirectory(given: Job, context: JobContext): Promise<number> {
  const job = given.dialect === 'flagged' ? { ...given, tenantUrl: withFlag(given.tenantUrl) } : given;
  const { tenantUrl, directory, dialect, mapping } = job;
  const { output, stop } = context;
  const users = await readDirectory(directory, mapping, (notice) => output.write(`${notice}\n`));
  const state = await readState(job.state, stateKey(tenantUrl, job.token));
  const send = connect({ ...job, ...context });
  await testConnection(send, tenantUrl, mapping);
  output.write(`Test connection: ${tenantUrl.base} answers.\n`);
  const restart = await reasonToRestart({ send, mapping }, state);
  output.write(`${titleOf(state, restart)}: ${users.length} users in ${directory}, dialect ${dialect}.\n\n`);
  const plan = planCycle(users, state, { everything: restart !== undefined, mapping });
  if (!job.allowRemovals && !job.dryRun) await confirmRemovals(plan, state, context.ask);
  const results = await (job.dryRun ? runDry : runAndKeep)({ job, send, state, plan }, context);
  if (stop.aborted) return 130;
  return results.some(hasFailed) ? 1 : 0;
}

interface PlannedCycle {
  readonly job: Job;
  readonly send: Send;
  readonly state: State;
  readonly plan: Plan;
}

/** Runs the cycle; the state and the summary are written also where it ends early. */
async function runAndKeep(cycle: PlannedCycle, { output, stop }: JobContext): Promise<readonly Result[]> {
  const { job, state, plan } = cycle;
  const links = new Map(state.users);
  const results: Result[] = [];
  const progress = showProgress(output, sizeOf(plan));
  const report = (result: Result) => {
    results.push(result);
    progress.advance();
  };
  let isWhole = false;
  try {
    await runCycle({ connector: { ...job, send: cycle.send }, plan, links, stop, report });
    isWhole = !stop.aborted;
  } finally {
    progress.end();
    output.write(`${summaryOf(results)}\n`);
    const mapping = isWhole ? { mapping: mappingKey(job.mapping) } : {};
    await writeState(job.state, { ...state, ...mapping, lastCycle: new Date().toISOString(), users: links });
  }
  output.write(`\nThe state is kept in ${job.state}; ${nextStep(stop)}\n`);
  return results;
}

/** Shows what the cycle would send: neither the service nor the state is changed. */
async function runDry(
  { job, send, state, plan }: PlannedCycle,
  { output, stop }: JobContext,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const connector = { ...job, send: rehearse(send, output) };
  await runCycle({ connector, plan, links: new Map(state.users), stop, report: (result) => results.push(result) });
  const removals = removalsIn(plan, state);
  output.write(`\nA dry run: nothing was changed, and the state is what it was. It would be:\n${summaryOf(results)}\n`);
  if (removals) output.write(`\n${removals} It would be asked for, or need --allow-removals.\n`);
  return results;
}

const sizeOf = ({ leavers, others, unchanged, skipped }: Plan): number =>
  leavers.length + others.length + unchanged.length + skipped.length;

/** Why everybody is compared again, as a title; undefined for the usual cycle. A new mapping has Entra begin anew, too. */
async function reasonToRestart(
  connection: Pick<Connector, 'send' | 'mapping'>,
  state: State,
): Promise<string | undefined> {
  if (await hasForgotten(connection, state))
    return 'The service does not know the users of the last cycle, so all are matched anew';
  if (state.mapping === undefined || state.mapping === mappingKey(connection.mapping)) return undefined;
  return 'The mapping is not that of the last cycle, so all are compared anew';
}

/** Whether the service no longer knows the users that it had, as after a start with empty tables: one of them is asked for. */
async function hasForgotten(connection: Pick<Connector, 'send' | 'mapping'>, state: State): Promise<boolean> {
  const id = [...state.users.values()].find((link) => link.id !== undefined)?.id;
  return id !== undefined && (await getUser(connection, id)) === undefined;
}

const titleOf = ({ lastCycle }: State, restart: string | undefined): string =>
  restart ?? (lastCycle === undefined ? 'Initial cycle' : `Incremental cycle since ${lastCycle}`);

function nextStep(stop: AbortSignal): string {
  if (stop.aborted) return 'stopped before the end: the same command again goes on.';
  return 'the same command again runs an incremental cycle. Delete the file to begin with an initial one.';
}
