/** The storage key of the page's half of the session. Each port is a different origin, with its own storage. */
const PROOF_KEY = 'console-proof';

/** Moves the proof from the address to the storage, so that the address can be shown and shared. */
export function storeProof(): void {
  const [, proof] = /^#proof=([\w-]+)$/.exec(location.hash) ?? [];
  if (proof === undefined) return;
  localStorage.setItem(PROOF_KEY, proof);
  history.replaceState(null, '', location.pathname + location.search);
}

/** The console did not respond, or returned an error. The message is a sentence for the reader. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const LONGEST = 120_000;

/** Sends a request to the server. The caller names the type of the response, which both sides take from api.ts. Throws RequestFailed. */
export async function fetchJson<T>(path: string): Promise<T> {
  const response = await send(path);
  if (response.ok) return (await response.json()) as T; // as above
  throw new RequestFailed(response.status, (await response.text()).trim());
}

async function send(path: string): Promise<Response> {
  try {
    return await fetch(`/api/${path}`, {
      headers: { 'x-console-proof': localStorage.getItem(PROOF_KEY) ?? '' },
      signal: AbortSignal.timeout(LONGEST),
    });
  } catch {
    throw new RequestFailed(0, 'The console does not respond. It was stopped or is restarting.');
  }
}
