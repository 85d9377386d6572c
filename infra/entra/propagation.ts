import { GraphError } from './graph-error.ts';

/** How long it may take until all parts of Entra know a new application, in seconds. Microsoft does not document it; scripts wait one to five minutes. */
const LIMIT = 15 * 60;

const PAUSES = [2, 3, 5, 10, 15];

/** What the command needs to wait: a clock, a timer, and a function that shows the user why it waits. */
export interface Waiting {
  readonly now: () => Date;
  readonly wait: (seconds: number) => Promise<void>;
  readonly progress: (sentence: string) => void;
}

/** When all parts of Entra should know a new application; undefined if the application is not new. */
export type Settling = Date | undefined;

/** When all parts of Entra should know an application or a job that was created at this time. */
export const settlingAfter = (created: Date): Date => new Date(created.getTime() + LIMIT * 1_000);

/**
 * Repeats a call while parts of Entra may not know a new application yet: after 401, 403, 404, 409 or 5xx, or if
 * `isComplete` is false for the response. Throws the last error when the time is over. The progress line names `what`.
 */
export async function retryWhileSettling<T>(
  { now, wait, progress }: Waiting,
  until: Settling,
  what: string,
  call: () => Promise<T>,
  isComplete: (response: T) => boolean = () => true,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await settle(call, isComplete);
    if (outcome.kind === 'done') return outcome.response;
    const isOver = until === undefined || now() >= until;
    if (isOver && outcome.kind === 'refused') throw outcome.error;
    if (isOver && outcome.kind === 'incomplete') return outcome.response;
    const pause = PAUSES[Math.min(attempt, PAUSES.length - 1)] ?? 0;
    const minutes = Math.ceil(((until?.getTime() ?? 0) - now().getTime()) / 60_000);
    progress(
      `Not all parts of Entra know ${what} yet${outcome.reason}: trying again in ${pause} seconds, for at most ${minutes} minutes.`,
    );
    await wait(pause);
  }
}

type Outcome<T> =
  | { readonly kind: 'done'; readonly response: T }
  | { readonly kind: 'incomplete'; readonly response: T; readonly reason: string }
  | { readonly kind: 'refused'; readonly error: GraphError; readonly reason: string };

async function settle<T>(call: () => Promise<T>, isComplete: (response: T) => boolean): Promise<Outcome<T>> {
  try {
    const response = await call();
    return isComplete(response) ? { kind: 'done', response } : { kind: 'incomplete', response, reason: '' };
  } catch (error) {
    if (!(error instanceof GraphError) || !maySettle(error)) throw error;
    return { kind: 'refused', error, reason: ` (${error.status})` };
  }
}

/** Whether waiting can help. With a code of the connector it cannot: the Tenant URL or the Secret Token is wrong. */
const maySettle = ({ status, code }: GraphError): boolean =>
  ([401, 403, 404, 409].includes(status) || status >= 500) &&
  !/SystemForCrossDomainIdentityManagement|CredentialsMissing|InvalidAuthenticationToken/.test(code);
