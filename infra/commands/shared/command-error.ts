/** Ends a command with exit code 1. The user sees only the message, so it has to say what to do. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}

/** A command line that cannot be read: the user sees the usage as well. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';
}
