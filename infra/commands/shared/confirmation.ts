import { createInterface } from 'node:readline';
import { CommandError } from './command-error.ts';

/** Puts a question to the person and resolves to the line that is typed; empty where nobody does. */
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
  /** What has to be typed. */
  readonly name: string;
  /** What is said where something else is typed. */
  readonly otherwise: string;
}

/** Has the person type the name of what something is done to that cannot be undone. Throws CommandError where that is not what is typed. */
export async function confirmByTyping(ask: Ask, { question, name, otherwise }: Confirmation): Promise<void> {
  if ((await ask(question)).trim() !== name) throw new CommandError(otherwise);
}
