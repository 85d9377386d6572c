import { join } from 'node:path';
import type { Service } from '../../shared/services/service.ts';
import { findPrincipal } from './assignments.ts';
import type { EntraContext } from './context.ts';
import { type CreationRecord, openCreationRecord } from './creation-record.ts';
import { readCandidates } from './find-application.ts';
import { type Graph, openGraph } from './graph.ts';
import { type Identity, identify } from './identity.ts';
import { mappingsOf } from './mapping.ts';
import type { EntraOptions } from './options.ts';
import { type Plan, planFor } from './plan.ts';
import type { Waiting } from './propagation.ts';
import { accessTokens } from './sign-in.ts';
import { type Desired, readState } from './state.ts';
import { tenantUrlOf } from './tenant-urls.ts';

/** A run of the command, signed in to the tenant in --entra-tenant. */
export interface Session {
  readonly options: EntraOptions;
  readonly context: EntraContext;
  readonly graph: Graph;
  readonly waiting: Waiting;
  readonly identity: Identity;
  readonly creationRecord: (service: Service) => Promise<CreationRecord>;
}

/** Signs in, and prints the tenant and the user. Throws CommandError if the user is signed in to a different tenant. */
export async function openSession(options: EntraOptions, context: EntraContext): Promise<Session> {
  const progress = (sentence: string) => void context.errors.write(`${sentence}\n`);
  const { wait, now, environment } = context;
  const signIn = { ...options, token: environment['GRAPH_TOKEN'] || undefined };
  const accessToken = accessTokens(new URL(options.graphUrl).origin, signIn, progress, now);
  const graph = openGraph({ url: options.graphUrl, accessToken, wait, progress });
  const identity = await identify(graph, await accessToken(), options.entraTenant);
  progress(
    `Entra tenant ${identity.tenantName} (${identity.tenantId}), signed in as ${identity.user}. BookMe environment: ${options.environment}.`,
  );
  const folder = join(context.folder, '.entra');
  const creationRecord = ({ name }: Service) =>
    openCreationRecord(join(folder, `${identity.tenantId}-${name}-${options.environment}.json`), now);
  return { options, context, graph, waiting: { now, wait, progress }, identity, creationRecord };
}

/** Reads the current state of the tenant and makes a plan for each chosen service. */
export async function readPlans(session: Session): Promise<readonly Plan[]> {
  const { options, graph, waiting } = session;
  const candidates = options.servicePrincipal === undefined ? await readCandidates(graph, waiting) : [];
  const plans: Plan[] = [];
  for (const service of options.services) {
    const desired = await desiredFor(session, service);
    plans.push(
      planFor(desired, await readState(graph, waiting, candidates, desired, await session.creationRecord(service))),
    );
  }
  return plans;
}

/** The names that newer versions of the banks' setup script use for a service. */
const otherNames: Readonly<Record<string, string>> = { advisors: 'employees' };

async function desiredFor({ options, graph }: Session, service: Service): Promise<Desired> {
  const names = [service.name, otherNames[service.name]].filter((name) => name !== undefined).join('|');
  return {
    service,
    tenantUrl: tenantUrlOf(options.base, service),
    name:
      options.name ??
      `BookMe ${service.name}${options.environment === 'production' ? '' : ` (${options.environment})`}`,
    scriptNames: new RegExp(`^BookMe\\b.* - (${names}) - `, 'i'),
    servicePrincipal: options.servicePrincipal,
    notify: options.notify,
    deleteThreshold: options.deleteThreshold,
    mappings: mappingsOf(service),
    principals: await Promise.all(options.assign.map((text) => findPrincipal(graph, text))),
  };
}
