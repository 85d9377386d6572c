import type { Surroundings as TokenSurroundings } from '../tokens/surroundings.ts';

/** What the command needs of the process that it runs in. */
export interface Surroundings extends TokenSurroundings {
  /** The line that the person types; empty where nobody does. */
  readonly ask: (question: string) => Promise<string>;
  /** Resolves after so many seconds. */
  readonly wait: (seconds: number) => Promise<void>;
}
