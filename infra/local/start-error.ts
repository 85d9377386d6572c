/** The local environment cannot start. The message is the one sentence that the developer reads: what is wrong and what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
