import { CommandError } from '../commands/shared/command-error.ts';
import type { Ask } from '../commands/shared/confirmation.ts';
import type { Plan } from './plan.ts';
import type { State } from './state.ts';

/** The part of the known users that a cycle may delete without being asked. */
const PART = 0.1;

/**
 * Makes sure that deletions are meant: where more than a tenth of the users that the state knows are gone from the export, it may have been cut. Throws
 * CommandError where the person does not confirm it, or nobody can be asked.
 */
export async function confirmRemovals(plan: Plan, state: State, ask: Ask | undefined): Promise<void> {
  const sentence = removalsIn(plan, state);
  if (sentence === undefined) return;
  const count = String(deletionsIn(plan));
  const typed = await ask?.(`${sentence} Type ${count} to delete them: `);
  if (typed?.trim() === count) return;
  const asked = ask ? ' That is not what was typed, so nothing was changed.' : ' Nothing was changed.';
  throw new CommandError(
    `${ask ? '' : `${sentence}\n`}Is the export whole?${asked} Where they are really gone, say --allow-removals.`,
  );
}

/** What a cycle would delete, in a sentence, where that is more than a tenth. */
export function removalsIn(plan: Plan, { users }: State): string | undefined {
  const count = deletionsIn(plan);
  if (count <= users.size * PART) return undefined;
  return `${count} of the ${users.size} users that the last cycle left are gone from the export and would be deleted for good: more than a tenth.`;
}

const deletionsIn = ({ leavers }: Plan): number => leavers.filter(({ kind }) => kind === 'delete').length;
