import type { Service } from '../../shared/services/service.ts';
import type { Application } from './application.ts';
import { assignedTo, type Principal } from './assignments.ts';
import type { Begun } from './begun.ts';
import { type Candidate, findApplication, type Wanted } from './find-application.ts';
import type { Graph } from './graph.ts';
import { findJob, getSchemaText, type Job } from './job.ts';
import type { DesiredMapping } from './mapping.ts';
import { patiently, type Settling, settlingAfter, type Waiting } from './propagation.ts';
import type { DesiredSettings, Settings } from './settings.ts';
import { hasRules, readSyncSchema, type SyncSchema } from './sync-schema.ts';

/** The desired state of one service's application. */
export interface Desired extends DesiredSettings, Wanted {
  readonly service: Service;
  readonly mappings: readonly DesiredMapping[];
  /** The users and groups that have to be assigned. Other assignments are not changed. */
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
  /** Until when parts of Entra may not know the new application yet. */
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
  begun: Begun,
): Promise<State> {
  const found = (await findApplication(graph, waiting, candidates, desired)) ?? (await begun.find(graph, waiting));
  if (!found) return nothing;
  const settling = begun.madeAt ? settlingAfter(begun.madeAt) : undefined;
  const { application, settings } = found;
  const ask = <T>(what: string, call: () => Promise<T>) => patiently(waiting, settling, what, call);
  const job = await ask('the provisioning job', () => findJob(graph, application.id));
  const schema = job && (await readSchema(graph, waiting, settling, application.id, job.id));
  const assigned = await ask('the assignments', () => assignedTo(graph, application));
  return { application, settings, job, schema, assigned, settling };
}

/** The schema of a job, which is empty at first for a new job. Throws CommandError if it does not have the documented structure. */
export async function readSchema(
  graph: Graph,
  waiting: Waiting,
  settling: Settling,
  servicePrincipal: string,
  job: string,
): Promise<SyncSchema> {
  const read = () => getSchemaText(graph, servicePrincipal, job);
  return readSyncSchema(await patiently(waiting, settling, "the job's schema", read, hasRules));
}
