import { type Application, getApplication, instantiate } from './application.ts';
import type { Begun } from './begun.ts';
import { findApplication, readCandidates } from './find-application.ts';
import { patiently, settlingAfter } from './propagation.ts';
import type { Session } from './session.ts';
import type { Desired } from './state.ts';

/** How long the command looks for an application that an interrupted run may have created, in seconds. */
const LOOK = 120;
const BETWEEN = 10;

/** Creates the application and waits until it can be read. If an interrupted run already created it, that application is used. */
export async function makeApplication(session: Session, desired: Desired, begun: Begun): Promise<Application> {
  const { graph, waiting } = session;
  const made = begun.madeAt ? await lookForMade(session, desired) : undefined;
  const id = made?.id ?? (await make(session, desired, begun));
  await begun.recordApplication(id);
  const until = settlingAfter(begun.madeAt ?? waiting.now());
  return patiently(waiting, until, `the application "${desired.name}"`, () => getApplication(graph, id));
}

async function make({ graph, waiting }: Session, { name }: Desired, begun: Begun): Promise<string> {
  waiting.progress(`Creating the application "${name}".`);
  await begun.recordApplication();
  return instantiate(graph, name);
}

/** Looks for the application for some time: the answer to its creation may have been lost, and Entra's list of applications may not show it yet. */
async function lookForMade({ graph, waiting }: Session, desired: Desired): Promise<Application | undefined> {
  waiting.progress(
    `An interrupted run may have created the application: looking for it for ${LOOK} seconds, so that it is not created twice.`,
  );
  for (let waited = 0; waited <= LOOK; waited += BETWEEN) {
    const found = await findApplication(graph, waiting, await readCandidates(graph, waiting), desired);
    if (found) return found.application;
    await waiting.wait(BETWEEN);
  }
  return undefined;
}
