/** Ends a command with exit code 1: the message is a sentence that says what to do, and all that the person gets to read. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}

/** A command line that cannot be read: the person gets to read the usage, too. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';
}
