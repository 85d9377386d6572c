/** What the log gets to know of an error: not its message, also where the stack begins with it, for it may repeat what a client sent. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error;
  const lines = (error.stack ?? '').replace(error.message, '').split('\n');
  const frames = lines.filter((line) => line.trimStart().startsWith('at '));
  return { name: error.name, code: Reflect.get(error, 'code'), status: Reflect.get(error, 'statusCode'), frames };
}
