import { createInterface } from 'node:readline';
import { CommandError } from './command-error.ts';

/** Asks the user a question. Resolves to the line that the user types, or to an empty string if the input ends first. */
export type Ask = (question: string) => Promise<string>;

/** Asks on this process's standard input and output. */
export async function askOnTerminal(question: string): Promise<string> {
  process.stdout.write(question);
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  return '';
}

interface Confirmation {
  readonly question: string;
  /** What must be typed. */
  readonly name: string;
  /** The message if the user types something else. */
  readonly otherwise: string;
}

/** Asks the user to confirm an irreversible action by typing the name of what it affects. Throws CommandError if the user types anything else. */
export async function confirmByTyping(ask: Ask, { question, name, otherwise }: Confirmation): Promise<void> {
  if ((await ask(question)).trim() !== name) throw new CommandError(otherwise);
}
