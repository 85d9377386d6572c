/**
 * A stand-in for Entra's connector, which provisions a directory to a SCIM service. This file is the public interface of its folder. Only mapping.ts and
 * parse-directory.ts, which a browser can load because they do not need Node, are also imported directly.
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

export { describeResponse, type ScimResponse } from './connection.ts';
export { defaultMapping } from './default-mapping.ts';
export { type Dialect, dialects, isDialect } from './dialects.ts';
export { type Job, type JobContext, type JobSettings, jobOf } from './job.ts';
export type { Mapping } from './mapping.ts';
export { provisionOnDemand } from './provision-on-demand.ts';
export { PATCH_FLAG } from './tenant-url.ts';
export { probePath } from './test-connection.ts';

/**
 * Runs one cycle over the whole directory: an initial cycle, or an incremental cycle if there is a saved state. Resolves to the exit code: 0, 1 if
 * a user failed, 130 if the cycle was stopped. Throws CommandError if the cycle cannot continue.
 */
export async function provisionDirectory(given: Job, context: JobContext): Promise<number> {
  const job = given.dialect === 'flagged' ? { ...given, tenantUrl: withFlag(given.tenantUrl) } : given;
  const { tenantUrl, directory, dialect, mapping } = job;
  const { output, stop } = context;
  const users = await readDirectory(directory, mapping, (notice) => output.write(`${notice}\n`));
  const state = await readState(job.state, stateKey(tenantUrl, job.token));
  const send = connect({ ...job, ...context });
  await testConnection(send, tenantUrl, mapping);
  output.write(`Connection test of ${tenantUrl.base} succeeded.\n`);
  const restart = await reasonToRestart({ send, mapping }, state);
  output.write(`${titleOf(state, restart)}: ${users.length} users in ${directory}, dialect ${dialect}.\n\n`);
  const plan = planCycle(users, state, { everything: restart !== undefined, mapping });
  if (!job.allowRemovals && !job.dryRun) await confirmRemovals(plan, state, context.ask);
  const results = await (job.dryRun ? runDry : runAndSave)({ job, send, state, plan }, context);
  if (stop.aborted) return 130;
  return results.some(hasFailed) ? 1 : 0;
}

interface PlannedCycle {
  readonly job: Job;
  readonly send: Send;
  readonly state: State;
  readonly plan: Plan;
}

/** Runs the cycle. Even if the cycle ends early, the state is saved and the summary printed. */
async function runAndSave(cycle: PlannedCycle, { output, stop }: JobContext): Promise<readonly Result[]> {
  const { job, state, plan } = cycle;
  const links = new Map(state.users);
  const results: Result[] = [];
  const progress = showProgress(output, sizeOf(plan));
  const report = (result: Result) => {
    results.push(result);
    progress.advance();
  };
  let isComplete = false;
  try {
    await runCycle({ connector: { ...job, send: cycle.send }, plan, links, stop, report });
    isComplete = !stop.aborted;
  } finally {
    progress.end();
    output.write(`${summaryOf(results)}\n`);
    const mapping = isComplete ? { mapping: mappingKey(job.mapping) } : {};
    await writeState(job.state, { ...state, ...mapping, lastCycle: new Date().toISOString(), users: links });
  }
  output.write(`\nThe state is saved in ${job.state}. ${nextStep(stop)}\n`);
  return results;
}

/** Shows what the cycle would send, without changing the service or the state. */
async function runDry(
  { job, send, state, plan }: PlannedCycle,
  { output, stop }: JobContext,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const connector = { ...job, send: rehearse(send, output) };
  await runCycle({ connector, plan, links: new Map(state.users), stop, report: (result) => results.push(result) });
  const removals = removalsIn(plan, state);
  output.write(
    `\nThis was a dry run: neither the service nor the state was changed. The cycle would do this:\n${summaryOf(results)}\n`,
  );
  if (removals) output.write(`\n${removals} The command would ask for confirmation first, or need --allow-removals.\n`);
  return results;
}

const sizeOf = ({ leavers, others, unchanged, skipped }: Plan): number =>
  leavers.length + others.length + unchanged.length + skipped.length;

/** Why this cycle compares all users again, as a title; undefined for a normal cycle. Entra also compares all users again after a change of the mapping. */
async function reasonToRestart(
  connection: Pick<Connector, 'send' | 'mapping'>,
  state: State,
): Promise<string | undefined> {
  if (await hasForgotten(connection, state))
    return 'The service does not know the users of the last cycle, so all users are matched again';
  if (state.mapping === undefined || state.mapping === mappingKey(connection.mapping)) return undefined;
  return 'The mapping has changed since the last cycle, so all users are compared again';
}

/** Whether the service has lost its users, as after a start with empty tables. One of them is looked up. */
async function hasForgotten(connection: Pick<Connector, 'send' | 'mapping'>, state: State): Promise<boolean> {
  const id = [...state.users.values()].find((link) => link.id !== undefined)?.id;
  return id !== undefined && (await getUser(connection, id)) === undefined;
}

const titleOf = ({ lastCycle }: State, restart: string | undefined): string =>
  restart ?? (lastCycle === undefined ? 'Initial cycle' : `Incremental cycle since ${lastCycle}`);

function nextStep(stop: AbortSignal): string {
  if (stop.aborted) return 'The cycle was stopped; run the same command again to continue.';
  return 'Run the same command again for an incremental cycle, or delete the file first for an initial cycle.';
}
