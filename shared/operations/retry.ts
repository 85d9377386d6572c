import { setTimeout as pause } from 'node:timers/promises';
import { unavailable } from '../scim/errors.ts';
import { LostRace } from '../store/write.ts';

const TRIES = 8;
const LONGEST_PAUSE = 40;

/** Repeats a read-and-write whose write lost a race, from the read, with random pauses in milliseconds. Throws 503 when the tries are used up. */
export async function untilWon<T>(readAndWrite: () => Promise<T>): Promise<T> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    try {
      return await readAndWrite();
    } catch (error) {
      if (!(error instanceof LostRace)) throw error;
      await pause(Math.random() * LONGEST_PAUSE);
    }
  }
  throw unavailable('contention', 'The resource is being changed by many requests at once; try again.', undefined, 1);
}
