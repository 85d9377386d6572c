import { type Application, getApplication, instantiate } from './application.ts';
import type { Begun } from './begun.ts';
import { findApplication, readCandidates } from './find-application.ts';
import { patiently, settlingAfter } from './propagation.ts';
import type { Session } from './session.ts';
import type { Desired } from './state.ts';

/** How long an application is looked for that an interrupted run may have made, in seconds. */
const LOOK = 120;
const BETWEEN = 10;

/** Makes the application, and waits until it can be read. One that an interrupted run made is found rather than made again. */
export async function makeApplication(session: Session, desired: Desired, begun: Begun): Promise<Application> {
  const { graph, waiting } = session;
  const made = begun.madeAt ? await lookForMade(session, desired) : undefined;
  const id = made?.id ?? (await make(session, desired, begun));
  await begun.recordApplication(id);
  const until = settlingAfter(begun.madeAt ?? waiting.now());
  return patiently(waiting, until, `the application "${desired.name}"`, () => getApplication(graph, id));
}

async function make({ graph, waiting }: Session, { name }: Desired, begun: Begun): Promise<string> {
  waiting.progress(`Making the application "${name}".`);
  await begun.recordApplication();
  return instantiate(graph, name);
}

/** The answer to the making may have been lost, and Entra's list of applications lags behind. */
async function lookForMade({ graph, waiting }: Session, desired: Desired): Promise<Application | undefined> {
  waiting.progress(
    `A run that was cut off may have made the application: looking for it for ${LOOK} seconds, so that it is not made twice.`,
  );
  for (let waited = 0; waited <= LOOK; waited += BETWEEN) {
    const found = await findApplication(graph, waiting, await readCandidates(graph, waiting), desired);
    if (found) return found.application;
    await waiting.wait(BETWEEN);
  }
  return undefined;
}
