import { CommandError } from '../commands/shared/command-error.ts';
import type { Ask } from '../commands/shared/confirmation.ts';
import type { Plan } from './plan.ts';
import type { State } from './state.ts';

/** The share of the known users that a cycle may delete without asking. */
const PART = 0.1;

/**
 * Asks the user to confirm the deletions if more than a tenth of the users in the state are missing from the export, which may be incomplete. Throws
 * CommandError if the user does not confirm them, or if there is no terminal.
 */
export async function confirmRemovals(plan: Plan, state: State, ask: Ask | undefined): Promise<void> {
  const sentence = removalsIn(plan, state);
  if (sentence === undefined) return;
  const count = String(deletionsIn(plan));
  const typed = await ask?.(`${sentence} Type ${count} to delete them: `);
  if (typed?.trim() === count) return;
  const asked = ask ? ' You did not type that number, so nothing was changed.' : ' Nothing was changed.';
  throw new CommandError(
    `${ask ? '' : `${sentence}\n`}Is the export complete?${asked} If these users were really deleted, use --allow-removals.`,
  );
}

/** A sentence about the deletions of a cycle, if they are more than a tenth of the known users; otherwise undefined. */
export function removalsIn(plan: Plan, { users }: State): string | undefined {
  const count = deletionsIn(plan);
  if (count <= users.size * PART) return undefined;
  return `${count} of the ${users.size} users of the last cycle, more than a tenth, are missing from the export and would be permanently deleted.`;
}

const deletionsIn = ({ leavers }: Plan): number => leavers.filter(({ kind }) => kind === 'delete').length;
