import type { Application } from './application.ts';
import type { CreationRecord } from './creation-record.ts';
import { createJob, findJob, getJob, type Job, offersTemplate } from './job.ts';
import { retryWhileSettling, type Settling } from './propagation.ts';
import type { Session } from './session.ts';

/** How long the command looks for a job that an interrupted run may have created, and how often, in seconds. */
const SEARCH = 60;
const BETWEEN = 5;

/** Creates the job of an application and waits until it can be read. The job stays off. */
export async function makeJob(
  session: Session,
  { id }: Application,
  record: CreationRecord,
  settling: Settling,
): Promise<Job> {
  const { graph, waiting } = session;
  const ask = <T>(what: string, call: () => Promise<T>, isComplete?: (answer: T) => boolean) =>
    retryWhileSettling(waiting, settling, what, call, isComplete);
  await ask(
    'the template of the job',
    () => offersTemplate(graph, id),
    (isOffered) => isOffered,
  );
  const earlier = record.jobAt ? await findInterrupted(session, id, settling) : undefined;
  if (earlier) return earlier;
  waiting.progress('Creating the provisioning job.');
  await record.recordJob();
  const job = await ask('the application', () => findOrCreate(session, id));
  return ask('the job', () => getJob(graph, id, job));
}

/** Looks for the job before each attempt, because Graph may have created it although it returned an error. */
async function findOrCreate({ graph }: Session, servicePrincipal: string): Promise<string> {
  const job = await findJob(graph, servicePrincipal);
  if (job) return job.id;
  const { body } = await createJob(graph, servicePrincipal);
  return String(body['id']);
}

async function findInterrupted(
  { graph, waiting }: Session,
  servicePrincipal: string,
  settling: Settling,
): Promise<Job | undefined> {
  waiting.progress(
    `An interrupted run may have created the job: looking for it for ${SEARCH} seconds, to avoid creating it twice.`,
  );
  for (let waited = 0; waited <= SEARCH; waited += BETWEEN) {
    const job = await retryWhileSettling(waiting, settling, 'the application', () => findJob(graph, servicePrincipal));
    if (job) return job;
    await waiting.wait(BETWEEN);
  }
  return undefined;
}
