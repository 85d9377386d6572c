import { type Answer, isBusy, isSuccess, refused } from './answer.ts';
import type { Method } from './connection.ts';

/** The service did not do what was asked of it for one user; the message has the request and the answer. */
export class RequestRefusedError extends Error {
  override readonly name = 'RequestRefusedError';
  /** Whether the service was still busy when the attempts were used up. */
  readonly busy: boolean;

  constructor(method: Method, path: string, sentence: string, busy = false) {
    super(`${method} ${path} ${sentence}`);
    this.busy = busy;
  }
}

/** Throws RequestRefusedError unless the status is 2xx. */
export function expectSuccess(method: Method, path: string, answer: Answer): void {
  if (isSuccess(answer)) return;
  throw new RequestRefusedError(method, path, `was answered ${refused(answer)}`, isBusy(answer));
}
