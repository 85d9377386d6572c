import type { Application } from './application.ts';
import { connectionWorks, restartJob, startJob } from './apply-job.ts';
import { applySchema } from './apply-schema.ts';
import { applySettings } from './apply-settings.ts';
import { assign, isAssignedAlready } from './assignments.ts';
import type { Job } from './job.ts';
import { makeApplication } from './make-application.ts';
import { makeJob } from './make-job.ts';
import { provisionOne } from './on-demand.ts';
import type { Plan } from './plan.ts';
import { patiently, type Settling, settlingAfter } from './propagation.ts';
import type { SecretToken } from './secret-token.ts';
import type { Session } from './session.ts';
import type { Desired } from './state.ts';

/** An existing application and its job. */
export interface Site {
  readonly application: Application;
  readonly job: Job;
  readonly desired: Desired;
  /** Until when parts of Entra may not know the new application yet. */
  readonly settling: Settling;
}

/**
 * Carries out the plan for one service. Each step needs the one before: application, job, settings, test of the
 * connection, mappings, second test, assignments, one user on demand, start. Every step reads before it writes, so that the next run can
 * finish an interrupted one.
 */
export async function applyPlan(
  session: Session,
  plan: Plan,
  token: (() => Promise<SecretToken>) | undefined,
): Promise<void> {
  const site = await siteOf(session, plan);
  const secret = await applySettings(session, site, token);
  await connectionWorks(session, site, secret);
  const isNewCycle = await applySchema(session, site, plan.state.schema);
  if (isNewCycle) await connectionWorks(session, site, secret);
  else if (narrowsScope(plan)) await restartJob(session, site);
  await applyAssignments(session, plan, site);
  const { user } = session.options;
  if (user !== undefined) await provisionOne(session, site, user);
  if (plan.differences.some(({ part }) => part === 'schedule')) await startJob(session, site);
}

/** Whether the scope was "Sync all users and groups" until now. Without a new initial cycle, Entra would not disable the users who are no longer in scope. */
const narrowsScope = ({ state }: Plan): boolean =>
  state.job !== undefined && state.settings.get('SyncAll')?.toLowerCase() === 'true';

/** The application and the job, which are created if they do not exist. */
async function siteOf(session: Session, { desired, state }: Plan): Promise<Site> {
  const begun = await session.begun(desired.service);
  const application = state.application ?? (await makeApplication(session, desired, begun));
  const settling = begun.madeAt
    ? settlingAfter(begun.madeAt)
    : state.job
      ? undefined
      : settlingAfter(session.waiting.now());
  const job = state.job ?? (await makeJob(session, application, begun, settling));
  return { application, job, desired, settling };
}

async function applyAssignments(
  { graph, waiting }: Session,
  { state, desired }: Plan,
  { application, settling }: Site,
): Promise<void> {
  for (const principal of desired.principals.filter(({ id }) => !state.assigned.has(id))) {
    waiting.progress(`Assigning ${principal.name}.`);
    try {
      await patiently(waiting, settling, 'the application', () => assign(graph, application, principal));
    } catch (error) {
      if (!isAssignedAlready(error)) throw error;
    }
  }
}
