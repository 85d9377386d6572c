import type { Output } from '../commands/shared/output.ts';

/** What the command needs of the process that it runs in. */
export interface Surroundings {
  readonly output: Output;
  readonly errors: Output;
  /** Resolves after so many seconds. */
  readonly wait: (seconds: number) => Promise<void>;
  /** Aborted when the person presses Ctrl-C. */
  readonly stop: AbortSignal;
}
