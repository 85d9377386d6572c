import type { Application } from './application.ts';
import { requireConnection, restartJob, startJob } from './apply-job.ts';
import { applySchema } from './apply-schema.ts';
import { applySettings } from './apply-settings.ts';
import { assign, isAssignedAlready } from './assignments.ts';
import type { Job } from './job.ts';
import { makeApplication } from './make-application.ts';
import { makeJob } from './make-job.ts';
import { provisionOne } from './on-demand.ts';
import type { Plan } from './plan.ts';
import { retryWhileSettling, type Settling, settlingAfter } from './propagation.ts';
import type { SecretToken } from './secret-token.ts';
import type { Session } from './session.ts';
import type { Desired } from './state.ts';

/** An existing application and its job. */
export interface Site {
  readonly application: Application;
  readonly job: Job;
  readonly desired: Desired;
  /** When all parts of Entra should know the application. */
  readonly settling: Settling;
}

/**
 * Carries out the plan for one service. Each step needs the one before it: application, job, settings, connection test,
 * mappings, second connection test, assignments, one user on demand, start. Each step reads before it writes, so that
 * another run can finish an interrupted one.
 */
export async function applyPlan(
  session: Session,
  plan: Plan,
  token: (() => Promise<SecretToken>) | undefined,
): Promise<void> {
  const site = await siteOf(session, plan);
  const secret = await applySettings(session, site, token);
  await requireConnection(session, site, secret);
  const isNewCycle = await applySchema(session, site, plan.state.schema);
  if (isNewCycle) await requireConnection(session, site, secret);
  else if (narrowsScope(plan)) await restartJob(session, site);
  await applyAssignments(session, plan, site);
  const { user } = session.options;
  if (user !== undefined) await provisionOne(session, site, user);
  if (plan.differences.some(({ part }) => part === 'schedule')) await startJob(session, site);
}

/** Whether the scope was "Sync all users and groups" so far. Entra disables the users who are no longer in scope only in a new initial cycle. */
const narrowsScope = ({ state }: Plan): boolean =>
  state.job !== undefined && state.settings.get('SyncAll')?.toLowerCase() === 'true';

/** Gets the application and the job, and creates what does not exist. */
async function siteOf(session: Session, { desired, state }: Plan): Promise<Site> {
  const record = await session.creationRecord(desired.service);
  const application = state.application ?? (await makeApplication(session, desired, record));
  const settling = record.madeAt
    ? settlingAfter(record.madeAt)
    : state.job
      ? undefined
      : settlingAfter(session.waiting.now());
  const job = state.job ?? (await makeJob(session, application, record, settling));
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
      await retryWhileSettling(waiting, settling, 'the application', () => assign(graph, application, principal));
    } catch (error) {
      if (!isAssignedAlready(error)) throw error;
    }
  }
}
