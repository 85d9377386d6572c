import { CommandError } from '../commands/shared/command-error.ts';
import { inParallel } from '../commands/shared/in-parallel.ts';
import { RequestRefusedError } from './connection.ts';
import { type DirectoryUser, type Mapping, referencesOf, sourceValues } from './mapping.ts';
import type { Plan, Step } from './plan.ts';
import {
  type Connector,
  deleteUser,
  type Outcome,
  type Provisioned,
  provisionUser,
  setReference,
} from './provision-user.ts';
import type { Link } from './state.ts';

/** The result of the cycle for one user of the directory. */
export interface Result {
  readonly objectId: string;
  readonly userName: string;
  readonly outcome: Outcome | 'failed';
  /** For a failure, the request and the response. */
  readonly reason?: string;
}

interface CycleOptions {
  readonly connector: Connector;
  readonly plan: Plan;
  /** The links that the last cycle saved, by object id. A user's link is updated as soon as the user is provisioned. */
  readonly links: Map<string, Link>;
  readonly stop: AbortSignal;
  readonly report: (result: Result) => void;
}

const usersAtOnce = 8;
const busyUsersAtMost = 5;

/** Carries out the plan. The link of a user who fails is not changed, so that the next cycle tries again. */
export async function runCycle({ connector, plan, links, stop, report }: CycleOptions): Promise<void> {
  applyKnown({ plan, links, mapping: connector.mapping }, report);
  let busy = 0;
  const work = async (step: Step) => {
    const result = await runStep(step, connector, links);
    report(result);
    if (result.busy) busy += 1;
    if (busy >= busyUsersAtMost) throw new CommandError(`The service is still busy. ${result.reason}`);
  };
  const bounds = { width: usersAtOnce, stop };
  await inParallel(plan.leavers, bounds, work);
  await inParallel(plan.others, bounds, work);
  await inParallel(plan.others, bounds, async (step) => {
    const failure = await writeReferences(step, connector, links);
    if (failure) report(failure);
  });
}

/** Writes a user's references to other users (such as the manager) that exist in the service. It runs last, when all users have been provisioned. */
async function writeReferences(
  step: Step,
  connector: Connector,
  links: ReadonlyMap<string, Link>,
): Promise<Result | undefined> {
  if (step.kind === 'delete') return undefined;
  const id = links.get(step.user.id)?.id;
  for (const [path, objectId] of Object.entries(referencesOf(step.user, connector.mapping))) {
    const to = links.get(String(objectId))?.id;
    if (id === undefined || to === undefined) continue;
    const failure = await failureOf(() => setReference(connector, id, { path, to }));
    if (failure) return { ...identityOf(step), ...failure };
  }
  return undefined;
}

/** Applies the part of a plan that needs no request. */
function applyKnown(
  { plan, links, mapping }: Memory & { readonly plan: Plan },
  report: (result: Result) => void,
): void {
  for (const objectId of plan.forgotten) links.delete(objectId);
  for (const user of plan.unchanged) {
    links.set(user.id, linkOf(user, links.get(user.id)?.id, mapping));
    report({ objectId: user.id, userName: user.userPrincipalName, outcome: 'unchanged' });
  }
  for (const user of plan.skipped) {
    report({ objectId: user.id, userName: user.userPrincipalName, outcome: 'skipped' });
  }
}

async function runStep(
  step: Step,
  connector: Connector,
  links: Map<string, Link>,
): Promise<Result & { busy?: boolean }> {
  let outcome: Outcome = 'unchanged';
  const failure = await failureOf(async () => {
    const done = await send(step, connector);
    outcome = done.outcome;
    if (step.kind === 'delete') links.delete(step.objectId);
    else remember(step.user, done, { links, mapping: connector.mapping });
  });
  return { ...identityOf(step), outcome, ...failure };
}

/** The failure, if the service refused a request; otherwise undefined. */
async function failureOf(act: () => Promise<void>) {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (!(error instanceof RequestRefusedError)) throw error;
    return { outcome: 'failed', reason: error.message, busy: error.busy } as const;
  }
}

function identityOf(step: Step) {
  if (step.kind === 'delete') return { objectId: step.objectId, userName: step.userName };
  return { objectId: step.user.id, userName: step.user.userPrincipalName };
}

function send(step: Step, connector: Connector): Promise<Provisioned> {
  return step.kind === 'delete' ? deleteUser(connector, step.id) : provisionUser(connector, step.user, step.id);
}

/**
 * Saves the link of a user. If the resource belonged to another object until now (a re-hire), that object's link is removed: otherwise its deletion
 * would delete the resource.
 */
export function remember(user: DirectoryUser, { id, takenFrom }: Provisioned, { links, mapping }: Memory): void {
  if (takenFrom !== undefined && links.get(takenFrom)?.id === id) links.delete(takenFrom);
  links.set(user.id, linkOf(user, id, mapping));
}

/** The saved links, and the mapping of their values. */
interface Memory {
  readonly links: Map<string, Link>;
  readonly mapping: Mapping;
}

function linkOf(user: DirectoryUser, id: string | undefined, mapping: Mapping): Link {
  return { ...(id === undefined ? {} : { id }), assigned: user.assigned, values: sourceValues(user, mapping) };
}
