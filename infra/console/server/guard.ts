import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The parts of a request that decide whether it is allowed. */
export interface GuardedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

/** The decision: allow the request, refuse it with a sentence, or exchange its key for a session. */
export type Verdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'refused'; readonly status: 403 | 405; readonly sentence: string }
  | { readonly kind: 'exchanged'; readonly location: string; readonly cookie: string };

/** Allows a browser that opened the address printed in the terminal, and no page of another origin. */
export interface Guard {
  /** The next address. It works once, in one browser. */
  readonly address: () => string;
  readonly judge: (request: GuardedRequest) => Verdict;
}

/** The header with the page's half of the session. A page of another origin cannot send it, because the server refuses the CORS preflight. */
export const PROOF_HEADER = 'x-console-proof';

const WEEK = 7 * 86_400;
const OPEN_NEWEST =
  'Open the newest address that the console printed in its terminal. Each address works in one browser.';

/**
 * Guards an origin on loopback. A session has two halves. One is an HttpOnly cookie, but browsers send a cookie of 127.0.0.1 to every port there, and so to
 * other programs. So the data also requires the other half, which the page keeps in its own origin's storage and sends as a header.
 */
export function guardOf(port: number): Guard {
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  const cookieName = `bookme-console-${port}`; // cookies do not distinguish ports
  const [session, proof] = [newSecret(), newSecret()];
  let key = newSecret();

  function judge({ method, url, headers }: GuardedRequest): Verdict {
    if (headers.host !== host) return refuse('The console can be opened only at its own address on this machine.');
    if (method !== 'GET' && method !== 'HEAD')
      return { kind: 'refused', status: 405, sentence: 'The console only reads, so it accepts only GET and HEAD.' };
    if (!isOwn(headers, origin)) return refuse('The console refuses requests from pages of other origins.');
    const given = url.searchParams.get('key');
    if (given !== null && method === 'GET' && url.pathname === '/') return exchange(given, headers);
    if (!hasCookie(headers)) return refuse(OPEN_NEWEST);
    if (url.pathname.startsWith('/api/') && !isSame(String(headers[PROOF_HEADER] ?? ''), proof))
      return refuse(OPEN_NEWEST);
    return { kind: 'allowed' };
  }

  /** A key is valid once. The proof is in the fragment of the address, which browsers never send. */
  function exchange(given: string, headers: IncomingHttpHeaders): Verdict {
    if (!isSame(given, key))
      return hasCookie(headers) ? { kind: 'exchanged', location: '/', cookie: '' } : refuse(OPEN_NEWEST);
    key = newSecret();
    const cookie = `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${WEEK}`;
    return { kind: 'exchanged', location: `/#proof=${proof}`, cookie };
  }

  const hasCookie = ({ cookie = '' }: IncomingHttpHeaders): boolean =>
    cookie
      .split(/; */)
      .some((pair) => pair.startsWith(`${cookieName}=`) && isSame(pair.slice(cookieName.length + 1), session));

  return { address: () => `${origin}/?key=${key}`, judge };
}

const refuse = (sentence: string): Verdict => ({ kind: 'refused', status: 403, sentence });

/** Whether the request comes from the page itself, or from a user who entered an address or followed a link. */
function isOwn({ origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode }: IncomingHttpHeaders, own: string): boolean {
  if (origin !== undefined && origin !== own) return false;
  return site === undefined || site === 'same-origin' || site === 'none' || mode === 'navigate';
}

const newSecret = (): string => randomBytes(32).toString('base64url');

/** Compares in constant time, so that the time does not reveal how much of a guess is right. */
const isSame = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
