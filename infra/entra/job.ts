import { CommandError } from '../commands/shared/command-error.ts';
import type { JsonRecord } from '../commands/shared/json.ts';
import type { Graph } from './graph.ts';
import { GraphError } from './graph-error.ts';
import { recordOf, recordsOf, textOf } from './json.ts';

/** A provisioning job (Graph's synchronizationJob). */
export interface Job {
  readonly id: string;
  /** Active, Disabled or Paused. */
  readonly schedule: string;
  /** NotConfigured, NotRun, Active, Paused or Quarantine. */
  readonly status: string;
  readonly quarantine: JsonRecord | undefined;
  readonly lastExecution: JsonRecord | undefined;
  /** How many entries are synchronized, by kind. */
  readonly counts: readonly { readonly kind: string; readonly count: number }[];
}

/** The template of SCIM 2.0 jobs. Jobs with the older template `customappsso` behave as before December 2018. */
export const TEMPLATE = 'scim';

/** The path of an application's jobs in Graph. */
export const jobsPath = (servicePrincipal: string): string =>
  `/servicePrincipals/${servicePrincipal}/synchronization/jobs`;
/** The path of one job in Graph. */
export const jobPath = (servicePrincipal: string, job: string): string =>
  `${jobsPath(servicePrincipal)}/${encodeURIComponent(job)}`;

/** The job of an application; undefined if it has none. Throws CommandError if it has several jobs, or one of a different template. */
export async function findJob(graph: Graph, servicePrincipal: string): Promise<Job | undefined> {
  const jobs = await listJobs(graph, servicePrincipal);
  const ours = jobs.filter(({ templateId }) => templateId === TEMPLATE);
  const [job, ...more] = ours;
  if (more.length > 0) throw severalJobs(servicePrincipal, ours);
  if (job) return readJob(job);
  if (jobs.length === 0) return undefined;
  throw new CommandError(
    `The application ${servicePrincipal} has a job of the template ${jobs.map(({ templateId }) => textOf(templateId)).join(', ')}, not of ${TEMPLATE}: ` +
      'the job was created before December 2018 or downgraded. Delete that job, or create a new application.',
  );
}

async function listJobs(graph: Graph, servicePrincipal: string): Promise<readonly JsonRecord[]> {
  try {
    return await graph.list(jobsPath(servicePrincipal));
  } catch (error) {
    if (error instanceof GraphError && error.status === 404) return [];
    throw error;
  }
}

/** Whether the application offers the SCIM template. The list of a new application is empty at first. Throws CommandError if it offers only other templates. */
export async function offersTemplate(graph: Graph, servicePrincipal: string): Promise<boolean> {
  const templates = await graph.list(`/servicePrincipals/${servicePrincipal}/synchronization/templates`);
  if (templates.length === 0 || templates.some(({ id }) => id === TEMPLATE)) return templates.length > 0;
  throw new CommandError(
    `The application ${servicePrincipal} offers the templates ${templates.map(({ id }) => textOf(id)).join(', ')}, not ${TEMPLATE}. An app registration ` +
      'does not offer it: the application must be created with "Create your own application".',
  );
}

/** Creates a job, which is off until it is started. */
export const createJob = (graph: Graph, servicePrincipal: string) =>
  graph.send('POST', jobsPath(servicePrincipal), { templateId: TEMPLATE });

/** Reads one job. */
export const getJob = async (graph: Graph, servicePrincipal: string, job: string): Promise<Job> =>
  readJob((await graph.get(jobPath(servicePrincipal, job))).body);

/** Reads the schema of a job as text. */
export const getSchemaText = async (graph: Graph, servicePrincipal: string, job: string): Promise<string> =>
  (await graph.get(`${jobPath(servicePrincipal, job)}/schema`)).text;

/** Whether the job runs on its schedule, so that it does not have to be started. */
export const isRunning = ({ schedule, status }: Job): boolean =>
  schedule === 'Active' && status !== 'Paused' && status !== 'Quarantine';

function readJob(body: JsonRecord): Job {
  const status = recordOf(body['status']);
  const orUndefined = (value: unknown) => (Object.keys(recordOf(value)).length > 0 ? recordOf(value) : undefined);
  return {
    id: textOf(body['id']),
    schedule: textOf(recordOf(body['schedule'])['state']),
    status: textOf(status['code']),
    quarantine: orUndefined(status['quarantine']),
    lastExecution: orUndefined(status['lastExecution']),
    counts: recordsOf(status['synchronizedEntryCountByType']).map(({ key, value }) => ({
      kind: textOf(key),
      count: Number(value),
    })),
  };
}

function severalJobs(servicePrincipal: string, jobs: readonly JsonRecord[]): CommandError {
  return new CommandError(
    [
      `The application ${servicePrincipal} has ${jobs.length} provisioning jobs, and they would overwrite each other. Nothing was changed:`,
      ...jobs.map(({ id }) => `  ${textOf(id)}`),
      'Delete all but one (Microsoft Graph: DELETE /servicePrincipals/{id}/synchronization/jobs/{job}), then run the command again.',
    ].join('\n'),
  );
}
