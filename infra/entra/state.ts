import type { Service } from '../../shared/services/service.ts';
import type { Application } from './application.ts';
import { assignedTo, type Principal } from './assignments.ts';
import type { CreationRecord } from './creation-record.ts';
import { type Candidate, findApplication, type Wanted } from './find-application.ts';
import type { Graph } from './graph.ts';
import { findJob, getSchemaText, type Job } from './job.ts';
import type { DesiredMapping } from './mapping.ts';
import { retryWhileSettling, type Settling, settlingAfter, type Waiting } from './propagation.ts';
import type { DesiredSettings, Settings } from './settings.ts';
import { hasRules, readSyncSchema, type SyncSchema } from './sync-schema.ts';

/** The desired state of one service's application. */
export interface Desired extends DesiredSettings, Wanted {
  readonly service: Service;
  readonly mappings: readonly DesiredMapping[];
  /** The users and groups that must be assigned. Other assignments are not changed. */
  readonly principals: readonly Principal[];
}

/** The current state of one service in the tenant. A member is undefined if that part does not exist. */
export interface State {
  readonly application: Application | undefined;
  readonly settings: Settings;
  readonly job: Job | undefined;
  readonly schema: SyncSchema | undefined;
  /** The object ids of the assigned users and groups. */
  readonly assigned: ReadonlySet<string>;
  /** When all parts of Entra should know the application. */
  readonly settling: Settling;
}

const nothing: State = {
  application: undefined,
  settings: new Map(),
  job: undefined,
  schema: undefined,
  assigned: new Set(),
  settling: undefined,
};

/** Reads the current state, without changing anything. Throws CommandError if several applications match. */
export async function readState(
  graph: Graph,
  waiting: Waiting,
  candidates: readonly Candidate[],
  desired: Desired,
  record: CreationRecord,
): Promise<State> {
  const found = (await findApplication(graph, waiting, candidates, desired)) ?? (await record.find(graph, waiting));
  if (!found) return nothing;
  const settling = record.madeAt ? settlingAfter(record.madeAt) : undefined;
  const { application, settings } = found;
  const ask = <T>(what: string, call: () => Promise<T>) => retryWhileSettling(waiting, settling, what, call);
  const job = await ask('the provisioning job', () => findJob(graph, application.id));
  const schema = job && (await readSchema(graph, waiting, settling, application.id, job.id));
  const assigned = await ask('the assignments', () => assignedTo(graph, application));
  return { application, settings, job, schema, assigned, settling };
}

/** Reads the schema of a job. The schema of a new job is empty at first. Throws CommandError if it does not have the documented structure. */
export async function readSchema(
  graph: Graph,
  waiting: Waiting,
  settling: Settling,
  servicePrincipal: string,
  job: string,
): Promise<SyncSchema> {
  const read = () => getSchemaText(graph, servicePrincipal, job);
  return readSyncSchema(await retryWhileSettling(waiting, settling, "the job's schema", read, hasRules));
}
