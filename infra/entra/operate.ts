import { CommandError } from '../commands/shared/command-error.ts';
import { restartJob, startJob } from './apply-job.ts';
import type { Site } from './apply-plan.ts';
import { isRunning, jobPath } from './job.ts';
import type { Plan } from './plan.ts';
import { readPlans, type Session } from './session.ts';
import { showDifference } from './show-plan.ts';
import { siteFor, siteOf } from './site.ts';
import { testConnection } from './test-connection.ts';

/** Tests the connection of each service, as Test Connection in the portal does. Resolves to the exit code: 1 if a test fails. */
export async function test(session: Session): Promise<number> {
  let code = 0;
  for (const { application, job, desired, settling } of await siteFor(session)) {
    const problem = await testConnection(session.graph, session.waiting, settling, application.id, job.id);
    if (problem !== undefined) code = 1;
    const outcome = problem === undefined ? 'succeeded.' : `failed.\n${problem}`;
    print(session, `${desired.service.name}: Test Connection ${outcome}`);
  }
  return code;
}

/** Stops the jobs. This does not change the resources at BookMe. */
export async function pause(session: Session): Promise<void> {
  for (const site of await siteFor(session)) {
    const { application, job } = site;
    if (job.schedule === 'Active') await session.graph.send('POST', `${jobPath(application.id, job.id)}/pause`);
    print(session, `${site.desired.service.name}: the job is off. The users at BookMe are unchanged.`);
  }
}

/** Starts the jobs. Throws CommandError if a job is not set up as planned, because it could send data that BookMe does not expect. */
export async function start(session: Session): Promise<void> {
  for (const plan of await readPlans(session)) {
    const site = siteOf(plan);
    refuseDrift(plan);
    const runs = isRunning(site.job);
    if (!runs) await startJob(session, site);
    print(session, `${site.desired.service.name}: the job ${runs ? 'is already running' : 'was started'}.`);
  }
}

function refuseDrift({ desired, differences }: Plan): void {
  const open = differences.filter(({ part }) => part !== 'schedule' && part !== 'assignment');
  if (open.length === 0) return;
  throw new CommandError(
    `${desired.service.name} is not set up yet, and was not started. Run apply, which also starts it:\n${open.map(showDifference).join('\n')}`,
  );
}

/** Starts a new initial cycle, or lets through the deletions that Entra holds back. */
export async function restart(session: Session): Promise<void> {
  const { allowDeletes } = session.options;
  for (const site of await siteFor(session)) {
    if (!allowDeletes) refuseHeldBack(site);
    await restartJob(session, site, allowDeletes ? 'ForceDeletes' : undefined);
    print(
      session,
      `${site.desired.service.name}: ${allowDeletes ? 'Entra now carries out the deletions' : 'a new initial cycle starts; it does not create duplicates'}.`,
    );
  }
}

function refuseHeldBack({ job, desired }: Site): void {
  if (job.quarantine?.['reason'] !== 'TooManyDeletes') return;
  throw new CommandError(
    `${desired.service.name}: Entra holds back deletions, and a restart does not change that. If they are right, use restart --allow-deletes. If not, correct the assignments or the scope.`,
  );
}

const print = ({ context }: Session, sentence: string) => context.output.write(`${sentence}\n`);
