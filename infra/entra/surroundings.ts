import type { CommandSurroundings } from '../commands/console/command.ts';
import type { Surroundings as TokenSurroundings } from '../commands/token/surroundings.ts';

/** What the command needs of the process that it runs in. */
export interface Surroundings extends CommandSurroundings, TokenSurroundings {
  /** The line that the person types; empty where nobody does. */
  readonly ask: (question: string) => Promise<string>;
  /** The same without showing what is typed. */
  readonly askSecret: (question: string) => Promise<string>;
  /** Resolves after so many seconds. */
  readonly wait: (seconds: number) => Promise<void>;
  /** Where the command keeps its notes of what it began to make. */
  readonly folder: string;
}
