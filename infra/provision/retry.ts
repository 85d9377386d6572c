const attempts = 5;
const longestPause = 60;

/**
 * The seconds to pause after an attempt (1 is the first) that was answered 429 or 503: what Retry-After says, else 1, 2, 4, 8.
 * Undefined: give up, because the attempts are used up or the service asks for more than a minute.
 */
export function pauseAfter(attempt: number, retryAfter: string | null): number | undefined {
  if (attempt >= attempts) return undefined;
  const pause = retryAfterSeconds(retryAfter) ?? 2 ** (attempt - 1);
  return pause > longestPause ? undefined : pause;
}

/** Retry-After is a number of seconds or a date (RFC 9110 section 10.2.3). */
function retryAfterSeconds(text: string | null): number | undefined {
  if (text === null) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
