import { GraphError } from './graph-error.ts';

/** How long a new application may take to be known everywhere, in seconds. Microsoft gives no number; scripts wait for one to five minutes. */
const LIMIT = 15 * 60;

const PAUSES = [2, 3, 5, 10, 15];

/** What waiting needs of the process. */
export interface Waiting {
  readonly now: () => Date;
  readonly wait: (seconds: number) => Promise<void>;
  readonly progress: (sentence: string) => void;
}

/** Until when answers may come from a part of Entra that does not know a new application yet. Undefined: the application is not new. */
export type Settling = Date | undefined;

/** The end of the time in which something that was created at that time settles. */
export const settlingAfter = (created: Date): Date => new Date(created.getTime() + LIMIT * 1_000);

/**
 * Repeats a call while its answer is explained by an application that is still spreading through Entra: 401, 403, 404, 409 and
 * 5xx, or an answer that `isComplete` refuses. Throws the last refusal when the time is over. `what` is named in the progress line.
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
      `Entra does not have ${what} everywhere yet${outcome.reason}: asking again in ${pause} seconds, for at most ${minutes} minutes.`,
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

/** A code of the connector's own is about the Tenant URL or the Secret Token: waiting does not help. */
const maySettle = ({ status, code }: GraphError): boolean =>
  ([401, 403, 404, 409].includes(status) || status >= 500) &&
  !/SystemForCrossDomainIdentityManagement|CredentialsMissing|InvalidAuthenticationToken/.test(code);
