import { type Application, getApplication, instantiate } from './application.ts';
import type { CreationRecord } from './creation-record.ts';
import { findApplication, readCandidates } from './find-application.ts';
import { retryWhileSettling, settlingAfter } from './propagation.ts';
import type { Session } from './session.ts';
import type { Desired } from './state.ts';

/** How long the command looks for an application that an interrupted run may have created, and how often, in seconds. */
const SEARCH = 120;
const BETWEEN = 10;

/** Creates the application and waits until it can be read. If an interrupted run already created it, that application is used. */
export async function makeApplication(
  session: Session,
  desired: Desired,
  record: CreationRecord,
): Promise<Application> {
  const { graph, waiting } = session;
  const made = record.madeAt ? await findInterrupted(session, desired) : undefined;
  const id = made?.id ?? (await make(session, desired, record));
  await record.recordApplication(id);
  const until = settlingAfter(record.madeAt ?? waiting.now());
  return retryWhileSettling(waiting, until, `the application "${desired.name}"`, () => getApplication(graph, id));
}

async function make({ graph, waiting }: Session, { name }: Desired, record: CreationRecord): Promise<string> {
  waiting.progress(`Creating the application "${name}".`);
  await record.recordApplication();
  return instantiate(graph, name);
}

/** Looks for an application whose creation was interrupted. Entra's list of applications may not show it yet, so this repeats for some time. */
async function findInterrupted({ graph, waiting }: Session, desired: Desired): Promise<Application | undefined> {
  waiting.progress(
    `An interrupted run may have created the application: looking for it for ${SEARCH} seconds, to avoid creating it twice.`,
  );
  for (let waited = 0; waited <= SEARCH; waited += BETWEEN) {
    const found = await findApplication(graph, waiting, await readCandidates(graph, waiting), desired);
    if (found) return found.application;
    await waiting.wait(BETWEEN);
  }
  return undefined;
}
