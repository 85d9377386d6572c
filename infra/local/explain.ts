/** Why npm start failed: one sentence where the developer can mend it; a bug shows its stack. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack } = error;
  if (name === 'StartError' || name === 'ConfigError') return message;
  if ('code' in error && error.code === 'EADDRINUSE') return 'The port is in use: set PORT to another one.';
  if (name === 'RestError' || /connection string/i.test(message)) {
    const [reason] = message.split('\n');
    return `SCIM_TABLES names no store that answers (${reason}): correct it, or unset it, and npm start starts a store of its own.`;
  }
  return stack ?? message;
}
