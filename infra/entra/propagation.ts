import { GraphError } from './graph-error.ts';

/** How long it may take until all parts of Entra know a new application, in seconds. Microsoft does not document it; scripts wait one to five minutes. */
const LIMIT = 15 * 60;

const PAUSES = [2, 3, 5, 10, 15];

/** What the command needs to wait: the clock, a timer and a way to tell the user. */
export interface Waiting {
  readonly now: () => Date;
  readonly wait: (seconds: number) => Promise<void>;
  readonly progress: (sentence: string) => void;
}

/** Until when parts of Entra may not know a new application yet; undefined if the application is not new. */
export type Settling = Date | undefined;

/** When all parts of Entra should know something that was created at that time. */
export const settlingAfter = (created: Date): Date => new Date(created.getTime() + LIMIT * 1_000);

/**
 * Repeats a call while its answer may mean that parts of Entra do not know a new application yet: 401, 403, 404, 409 and
 * 5xx, or an answer for which `isComplete` is false. Throws the last error when the time is over. The progress line names `what`.
 */
export async function patiently<T>(
  { now, wait, progress }: Waiting,
  until: Settling,
  what: string,
  call: () => Promise<T>,
  isComplete: (answer: T) => boolean = () => true,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await settle(call, isComplete);
    if (outcome.kind === 'done') return outcome.answer;
    const isOver = until === undefined || now() >= until;
    if (isOver && outcome.kind === 'refused') throw outcome.error;
    if (isOver && outcome.kind === 'incomplete') return outcome.answer;
    const pause = PAUSES[Math.min(attempt, PAUSES.length - 1)] ?? 0;
    const minutes = Math.ceil(((until?.getTime() ?? 0) - now().getTime()) / 60_000);
    progress(
      `Not all parts of Entra know ${what} yet${outcome.reason}: trying again in ${pause} seconds, for at most ${minutes} minutes.`,
    );
    await wait(pause);
  }
}

type Outcome<T> =
  | { readonly kind: 'done'; readonly answer: T }
  | { readonly kind: 'incomplete'; readonly answer: T; readonly reason: string }
  | { readonly kind: 'refused'; readonly error: GraphError; readonly reason: string };

async function settle<T>(call: () => Promise<T>, isComplete: (answer: T) => boolean): Promise<Outcome<T>> {
  try {
    const answer = await call();
    return isComplete(answer) ? { kind: 'done', answer } : { kind: 'incomplete', answer, reason: '' };
  } catch (error) {
    if (!(error instanceof GraphError) || !maySettle(error)) throw error;
    return { kind: 'refused', error, reason: ` (${error.status})` };
  }
}

/** Whether waiting can help. It cannot if the code comes from the connector, because then the Tenant URL or the Secret Token is wrong. */
const maySettle = ({ status, code }: GraphError): boolean =>
  ([401, 403, 404, 409].includes(status) || status >= 500) &&
  !/SystemForCrossDomainIdentityManagement|CredentialsMissing|InvalidAuthenticationToken/.test(code);
