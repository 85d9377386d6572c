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

/** What one service's application should be. */
export interface Desired extends DesiredSettings, Wanted {
  readonly service: Service;
  readonly mappings: readonly DesiredMapping[];
  /** Who has to be assigned; others stay as they are. */
  readonly principals: readonly Principal[];
}

/** What stands in the tenant for one service. What is undefined is not there. */
export interface State {
  readonly application: Application | undefined;
  readonly settings: Settings;
  readonly job: Job | undefined;
  readonly schema: SyncSchema | undefined;
  /** The object ids of those who are assigned. */
  readonly assigned: ReadonlySet<string>;
  /** Until when a new application may not be known everywhere. */
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

/** Reads what stands there, and changes nothing. Throws CommandError where it cannot be told which application is meant. */
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

/** The schema of a job; a new job's is empty at first. Throws CommandError where it is not built as documented. */
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
