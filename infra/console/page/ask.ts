/** The key under which this origin, port included, stores the page's half of the session. */
const KEPT_AS = 'console-proof';

/** Removes the proof from the address that the server redirected to, so that the address can be shown and shared. */
export function keepProof(): void {
  const [, proof] = /^#proof=([\w-]+)$/.exec(location.hash) ?? [];
  if (proof === undefined) return;
  localStorage.setItem(KEPT_AS, proof);
  history.replaceState(null, '', location.pathname + location.search);
}

/** The console does not answer, or refuses. The message is a sentence for the reader. */
export class NotAnswered extends Error {
  override readonly name = 'NotAnswered';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const LONGEST = 120_000;

/** Asks the server. The caller names the type of the answer: both sides are built from one version of api.ts. Throws NotAnswered. */
export async function ask<T>(path: string): Promise<T> {
  const answer = await send(path);
  if (answer.ok) return (await answer.json()) as T; // as above
  throw new NotAnswered(answer.status, (await answer.text()).trim());
}

async function send(path: string): Promise<Response> {
  try {
    return await fetch(`/api/${path}`, {
      headers: { 'x-console-proof': localStorage.getItem(KEPT_AS) ?? '' },
      signal: AbortSignal.timeout(LONGEST),
    });
  } catch {
    throw new NotAnswered(0, 'The console does not answer: it was stopped, or is being restarted.');
  }
}
