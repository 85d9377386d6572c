/** Where the command writes; process.stdout is one. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** What the command needs of the process that it runs in. */
export interface Surroundings {
  readonly output: Output;
  readonly errors: Output;
  /** Resolves after so many seconds. */
  readonly wait: (seconds: number) => Promise<void>;
  /** Aborted when the person presses Ctrl-C. */
  readonly stop: AbortSignal;
}
